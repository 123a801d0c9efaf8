"""The user guide (HOME-3), in Markdown: true of any installation."""

GUIDE = """\
# Se connecter

Le premier contrat vous vaut un courrier électronique : identifiant et mot de passe provisoire. À la première connexion, vous choisissez \
votre mot de passe. « Mot de passe oublié » en envoie un autre.

Sous votre nom, « Compte » : votre adresse, vos collègues et leurs droits, la double authentification, les courriels que vous recevez.

# L’accueil

L’accueil commence par ce qui vous attend, le plus pressé d’abord, puis liste vos actions. Une action montre ses étapes ; celle qui est \
à faire a son bouton, et une étape qui attend dit quand elle viendra.

# Avant l’ouverture

- Inscrivez les stagiaires : le nom et le prénom suffisent pour commencer, la fiche se complète ensuite. Une liste s’importe d’un tableur.
- Vérifiez la liste des formateurs.
- Ouvrez l’action avec sa date réelle de début et la fréquence de paiement ; ou indiquez qu’elle n’ouvre pas, et pourquoi.
- Confirmez ensuite la date d’entrée de chaque stagiaire.

Un report de dates se demande en ligne, sous « Dates et périodes ».

# Chaque mois

- Saisissez les heures de chaque stagiaire, en centre et en entreprise, et ses absences. Ce que vous tapez est gardé au fur et à mesure.
- Une sortie anticipée se saisit dans le mois où elle a lieu, avec son motif.
- Confirmez le mois entre le 1er et le 15 du mois suivant. Les mois se confirment dans l’ordre.
- Envoyez les justificatifs que le mois demande, en fichier ou avec la facture signée.

Un mois confirmé se corrige tant qu’il n’est pas facturé, ou quand la Région le rouvre.

# Facturer

La page « Facturation » propose ce qui peut être facturé. Vérifiez le détail, stagiaire par stagiaire, et confirmez : la facture reçoit \
son numéro. La page dit alors quoi imprimer, signer et envoyer. Vous suivez la décision de la Région et le paiement au même endroit. Un \
rejet dit son motif, et ce qui est à corriger.

# Clore l’action

- Une fois tous les mois confirmés et tous les stagiaires sortis, indiquez la date réelle de fin.
- Remplissez l’enquête de sortie de chaque stagiaire, puis le bilan pédagogique.
- Le solde se facture ensuite.
- Six mois et un an après chaque sortie, deux enquêtes disent ce que le stagiaire est devenu.

# Imprimer et garder

« États » donne chaque document d’une action en PDF, seul ou tous ensemble ; « Exporter » donne chaque liste comme tableau ; « \
Historique » dit qui a fait quoi, et quand. Les formulaires vierges sont sous « Téléchargements ».

# Une question

« Contactez-nous », en bas de chaque page, nomme l’agent de la Région qui suit chaque action.
"""
