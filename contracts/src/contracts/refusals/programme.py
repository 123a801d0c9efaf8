"""Why a record of the Region's programme system is not even looked at (ACT-1). What its contract must hold is said in `awards`."""

from . import Refusal


class MessageUnreadable(Refusal):
    """Ce message ne se lit pas : il faut un objet JSON, en UTF-8, dont « ask » vaut « award », « replace » ou « withdraw »."""

    rule = "ACT-1"


class FieldUnreadable(Refusal):
    """Ce champ manque, ou n’a pas la forme que le schéma publié demande. Corrigez-le, puis envoyez le message de nouveau."""

    rule = "ACT-1"


class MessageTooLarge(Refusal):
    """Ce message est trop long. Il compte {bytes} octets au plus, et chacune de ses listes {listed} éléments au plus."""

    rule = "ACT-1"


class KeyDiffers(Refusal):
    """La clé du message n’est pas le numéro de contrat qu’il contient. Donnez-lui ce numéro pour clé, puis envoyez-le de nouveau."""

    rule = "ACT-1"


class NothingToWithdraw(Refusal):
    """Aucun contrat connu n’a ce numéro : il n’y a rien à retirer."""

    rule = "ACT-1"
