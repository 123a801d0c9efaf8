"""What operators read, in French: the sentences of every process, by the English that stands where each is said."""

from collections.abc import Mapping

FRENCH: Mapping[str, str] = {
    # Why a process cannot go on.
    "{name} is missing. What it says: {what}": "{name} manque. Ce qu’il dit (deploy/SETTINGS.md) : {what}",
    "{name} is wrong{fault}. What it says: {what}": "{name} ne convient pas{fault}. Ce qu’il dit (deploy/SETTINGS.md) : {what}",
    "{name} is no JSON. What it says: {what}": "{name} n’est pas du JSON. Ce qu’il dit (deploy/SETTINGS.md) : {what}",
    "{name} and {name}_FILE are both there: leave one out.": "{name} et {name}_FILE sont là tous deux : enlevez l’un des deux.",
    "The file that {name}_FILE names cannot be read by this process.": "Le fichier que nomme {name}_FILE ne se lit pas par ce processus.",
    "OTEL_TRACES_EXPORTER is otlp or none.": "OTEL_TRACES_EXPORTER vaut otlp ou none.",
    "SESAME_DATABASE is not a PostgreSQL address (postgresql://user:…@host:port/database).": (
        "SESAME_DATABASE n’est pas une adresse PostgreSQL (postgresql://utilisateur:…@hôte:port/base)."
    ),
    "PostgreSQL refuses the user or its password ({error}). Check SESAME_DATABASE.": (
        "PostgreSQL refuse l’utilisateur ou son mot de passe ({error}). Vérifiez SESAME_DATABASE."
    ),
    "This database does not exist ({error}). Create it, or check SESAME_DATABASE.": (
        "Cette base de données n’existe pas ({error}). Créez-la, ou vérifiez SESAME_DATABASE."
    ),
    "The host of SESAME_DATABASE or of SESAME_KAFKA is unknown. Check both settings.": (
        "L’hôte de SESAME_DATABASE ou de SESAME_KAFKA est inconnu. Vérifiez ces deux réglages."
    ),
    "A server shows a certificate that is not believed ({error}). Check its name, and the file of authorities.": (
        "Un serveur présente un certificat auquel on ne se fie pas ({error}). Vérifiez son nom et le fichier des autorités."
    ),
    "The certificates in {file} cannot be read ({error}).": "Les certificats de {file} ne se lisent pas ({error}).",
    "Nobody comes to Kafka without a name: set SESAME_KAFKA_USER and SESAME_KAFKA_PASSWORD.": (
        "Personne ne vient à Kafka sans nom : donnez SESAME_KAFKA_USER et SESAME_KAFKA_PASSWORD."
    ),
    "Kafka refuses the user or its password. Check SESAME_KAFKA_USER and SESAME_KAFKA_PASSWORD.": (
        "Kafka refuse l’utilisateur ou son mot de passe. Vérifiez SESAME_KAFKA_USER et SESAME_KAFKA_PASSWORD."
    ),
    "Kafka refuses access ({kind}, {error}). Apply the topics' ACLs.": (
        "Kafka refuse l’accès ({kind}, {error}). Appliquez les ACL de deploy/kafka/topics.toml."
    ),
    "These topics do not exist, or the Kafka user “{user}” has no right to them: {topics}. Apply the topics and their ACLs.": (
        "Ces topics n’existent pas, ou l’utilisateur Kafka « {user} » n’y a pas droit : {topics}. "
        "Appliquez deploy/kafka/topics.toml (topics et ACL)."
    ),
    "The database has read {topic}-{partition} up to {position}, and this log ends at {end}: it was made anew. "
    "Bring database and log together before you start {service} again.": (
        "La base de données a lu {topic}-{partition} jusqu’à {position}, et ce journal s’arrête à {end} : il a été recréé. "
        "Remettez la base et le journal d’accord avant de relancer {service}."
    ),
    "The reading of {topic} is stuck: the process must start anew.": "La lecture de {topic} est bloquée : le processus doit redémarrer.",
    "The database of {service} went back under the running process: it was restored, or another server took over that lacked "
    "the last transactions. The process starts anew, which brings the database back to what the log holds.": (
        "La base de données de {service} est revenue en arrière pendant que le processus tournait : elle a été restaurée, ou un autre "
        "serveur a pris le relais sans les dernières transactions. Le processus redémarre, ce qui ramène la base à ce que dit le journal."
    ),
    "This database was restored from a backup, and cannot be brought back to what the log holds:": (
        "Cette base de données a été restaurée d’une sauvegarde et ne peut pas être ramenée à ce que dit le journal :"
    ),
    "Restore a later backup, or this one up to its last transaction (point-in-time recovery), and start again. "
    "Until then nothing is read or said.": (
        "Restaurez une sauvegarde plus récente, ou celle-ci jusqu’à sa dernière transaction (point-in-time recovery), puis relancez. "
        "D’ici là, rien n’est lu ni dit."
    ),
    "the message at {topic}-{partition}@{offset} does not say what it was decided by.": (
        "le message à {topic}-{partition}@{offset} ne dit pas de quoi il découle."
    ),
    "number {version} of {key} is {before} on the log, and now it would be {now}.": (
        "le numéro {version} de {key} est {before} au journal, et ce serait maintenant {now}."
    ),
    "the record at {topic}-{partition}@{offset}, which led to number {version} of {key} ({type}), is no longer there.": (
        "le message à {topic}-{partition}@{offset}, dont découle le numéro {version} de {key} ({type}), n’est plus là."
    ),
    "nothing on the log tells how number {version} of {key} ({type}) came about.": (
        "rien au journal ne dit comment le numéro {version} de {key} ({type}) est né."
    ),
    "what led to number {version} of {key} ({type}) cannot be done again ({kind}).": (
        "ce dont découle le numéro {version} de {key} ({type}) ne peut pas être refait ({kind})."
    ),
    "parked message {number} had been handled, and now it fails ({kind}).": (
        "le message écarté {number} avait été traité, et il échoue maintenant ({kind})."
    ),
    "the log holds two messages under one id, of {key}.": "le journal porte deux messages de même identifiant, de {key}.",
    "The migration {file} has changed since it was applied: restore it, and add another.": (
        "La migration {file} a changé après son application : restaurez-la et ajoutez-en une autre."
    ),
    "This database belongs to a later version ({file}), which has taken away what this one uses. Start a version that has {needs}.": (
        "Cette base de données est celle d’une version plus récente ({file}), qui a retiré ce dont celle-ci se sert. "
        "Lancez une version qui a {needs}."
    ),
    "The migration {file} failed: {error}": "La migration {file} a échoué : {error}",
    "The port {port} is taken or refused ({error}). Change SESAME_{name}_PORT or SESAME_{name}_HOST.": (
        "Le port {port} est occupé ou refusé ({error}). Changez SESAME_{name}_PORT ou SESAME_{name}_HOST."
    ),
    "The HTTP server of the process has stopped.": "Le serveur HTTP du processus s’est arrêté.",
    # The commands of `python -m <service> parked`.
    "Without argument: runs the service.": "Sans argument : lance le service.",
    "commands": "commandes",
    "the messages that are parked": "les messages mis de côté",
    "all of them, in order": "tous, dans l’ordre",
    "a message and its error": "un message et son erreur",
    "gives a message up, and tells whoever waits for it": "écarte un message et le dit à qui l’attend",
    "handles again, in order, all that waits for a key": "traite à nouveau, dans l’ordre, tout ce qui attend pour une clé",
    "a single message, without a readable key": "un seul message, sans clé lisible",
    "waits for those before it": "attend les précédents",
    "(no key)": "(sans clé)",
    "{id}  {position}  written on {written}, parked on {parked}": "{id}  {position}  écrit le {written}, mis de côté le {parked}",
    "keys: {keys}": "clés : {keys}",
    "(none: the message stands alone)": "(aucune : le message est seul)",
    "(null)": "(nul)",
    "{id}: handled": "{id} : traité",
    "{id}: discarded": "{id} : écarté",
    "brings the database to what this version needs, and ends": "amène la base de données à ce que veut cette version, et s’arrête",
    "The database is as this version needs it.": "La base de données est telle que cette version la veut.",
    "Give a key, or --id.": "Donnez une clé, ou --id.",
    "Nothing waits for “{key}”.": "Rien n’attend pour « {key} ».",
    "No parked message has the number {number}.": "Aucun message mis de côté ne porte le numéro {number}.",
    "Message {id} touches a key of message {first} too, which goes first: replay or discard that one before.": (
        "Le message {id} touche aussi une clé du message {first}, qui passe avant : rejouez ou écartez celui-ci d’abord."
    ),
    "Message {id} still cannot be read: {reason}": "Le message {id} ne se lit toujours pas : {reason}",
    "Message {id} fails again ({kind}: {error}). It stays in its place.": (
        "Le message {id} échoue encore ({kind}: {error}). Il reste à sa place."
    ),
}
