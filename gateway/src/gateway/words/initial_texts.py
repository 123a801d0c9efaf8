"""What the portal says where the Region has not yet published a text of its own (ACC-8, HOME-3): true of any installation."""

from collections.abc import Mapping

from contracts.codes import PublicText

INITIAL: Mapping[PublicText, str] = {
    PublicText.WELCOME: """\
La Région vous souhaite la bienvenue sur l’extranet des organismes de formation. Cette plate-forme est l’interface entre la Région et vous \
pour l’exécution de vos actions de formation. Vous pouvez notamment y agir sur les points suivants :

- la date réelle de début et les modalités de paiement ;
- les fiches d’entrée des bénéficiaires qui participent à la formation ;
- la déclaration des suivis mensuels de chaque stagiaire d’une action ;
- la date réelle de fin de l’action, pour la demande de solde.

L’ensemble de ces éléments permet au service de gestion administrative et financière de la Région de procéder au paiement du marché :

- le versement d’une avance ;
- le versement des acomptes périodiques ;
- le versement du solde, à la réception des justificatifs correspondants.
""",
    PublicText.CONTACT: """\
# Au sujet d’une action

Chaque contrat nomme l’agent de la Région qui suit votre action. Une fois connecté, vous trouvez son nom et son numéro de téléphone sur la \
page de l’action, et sur cette page.

# Pour vous connecter

Mot de passe perdu : la page de connexion propose « Mot de passe oublié ». Si vous ne recevez rien, ou si votre compte est désactivé, \
adressez-vous à l’agent de la Région qui suit vos actions.
""",
    PublicText.LEGAL_NOTICE: """\
# Éditeur

Ce site est édité par la Région, pour l’exécution des marchés de formation professionnelle qu’elle passe avec des organismes de formation.

# Données personnelles

La Région traite ici les données des stagiaires, des formateurs et des utilisateurs du site, pour l’exécution et le paiement des actions \
de formation. Seuls l’organisme titulaire du contrat et les agents de la Région y ont accès.

Toute personne peut demander à la Région l’accès aux données qui la concernent, leur rectification ou leur effacement, et saisir la \
[CNIL](https://www.cnil.fr).

# Cookies

Ce site n’utilise que les cookies sans lesquels on ne peut pas s’y connecter. \
Il ne mesure pas votre audience et ne transmet rien à des tiers.
""",
    PublicText.TERMS_OF_USE: """\
# Accès

L’accès est réservé aux organismes de formation titulaires d’un contrat de la Région, et aux agents de la Région. Votre identifiant \
et votre mot de passe sont à vous : ne les communiquez à personne. Déconnectez-vous plutôt que de fermer le navigateur.

# Ce que vous déclarez

Ce que vous confirmez engage votre organisme : les heures, les sorties et les factures que vous confirmez sont transmises à la Région, qui \
les contrôle et peut demander des justificatifs. L’historique garde qui a fait quoi, et quand.

# Disponibilité

L’heure à laquelle le site reçoit votre saisie fait foi pour les dates limites.
""",
}
