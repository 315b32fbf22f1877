import type { FailureCode, Sentence } from './failures.ts'

/** What is said of ledger, certificates and trusted time. */
export const fr = {
  'ledger-not-consistent': {
    what: "Le registre diffère de son point de contrôle à l'entrée {seq}.",
    todo: "Cessez d'écrire. Conservez la base et l'archive en l'état et appelez le contact sécurité.",
  },
  'checkpoint-invalid': {
    what: 'Le point de contrôle est mal formé, ou sa signature ne correspond pas à la clé : {reason}.',
    todo: "Comparez avec les copies de l'archive.",
  },
  'proof-invalid': {
    what: 'La preuve ne mène pas à la racine : {reason}.',
    todo: 'Demandez une nouvelle preuve pour cette entrée.',
  },
  'proof-file-invalid': {
    what: "Ce n'est pas un fichier de preuve : {reason}.",
    todo: "Donnez le fichier ZIP tel qu'il vous a été remis, ou demandez-le de nouveau.",
  },
  'entry-too-long': {
    what: "Ce qui s'est passé ne tient pas dans une entrée du registre : {bytes} octets, pour 65 535 au plus.",
    todo: "C'est un défaut de Scellé : signalez le code. Rien n'a été inscrit.",
  },
  'proof-too-large': {
    what: 'Un fichier de preuve contient {most} entrées au plus ; le registre en a {entries} à ce sujet.',
    todo: 'Demandez les preuves de ses documents (« scelle proof document ID »).',
  },
  'entry-not-published': {
    what: "L'entrée {seq} n'est pas encore sous un point de contrôle publié et signé par tous les témoins exigés : ceux-ci couvrent {size} entrées.",
    todo: 'Attendez la prochaine publication (« scelle ledger status »).',
  },
  'ledger-older-than-published': {
    what: 'La base contient {size} entrées du registre ; {place} porte une tête signée à {known}. La base a été restaurée dans un état plus ancien.',
    todo: "Rien n'est inscrit entre-temps. Voyez « scelle ledger recover », qui remet les entrées manquantes.",
  },
  'ledger-contradicts-published': {
    what: 'Le registre de la base et ce qui a été publié se contredisent à {size} entrées : {place}.',
    todo: "Rien n'est inscrit. Conservez la base et l'archive en l'état et appelez le contact sécurité (SECURITY.md).",
  },
  'witness-away': {
    what: 'Le témoin {witness} ne répond pas.',
    todo: 'Il sera sollicité de nouveau ; le registre continue entre-temps.',
  },
  'witness-state-missing': {
    what: "Le témoin ne sait plus ce qu'il a signé : sa mémoire n'est pas là.",
    todo: "Remettez-la, ou, pour un témoin qui n'a jamais signé, créez-la avec « scelle witness init ». Un témoin sans mémoire ne doit pas signer.",
  },
  'witness-state-invalid': {
    what: 'La mémoire du témoin est illisible.',
    todo: 'Remettez-en une copie qui ne soit pas plus ancienne que sa dernière signature ; sinon créez un nouveau témoin, avec une nouvelle clé.',
  },
  'witness-refused': {
    what: 'Le témoin {witness} ne signe pas cette tête du registre ({reason}).',
    todo: 'Comparez la tête qu’il garde avec celle qui est publiée, et sa liste de registres avec notre clé de vérification.',
  },
  'attestation-figures-differ': {
    what: 'Le compte du lot n’est pas juste : {faults}. Rien n’est attesté, et ce qui est en attente est gardé.',
    todo: 'Regardez le lot et ses documents ; libérez-le une fois le compte juste, ou transmettez ceci au support.',
  },
  'attestation-pending': {
    what: 'L’attestation de dépôt n’est pas encore écrite ({reason}).',
    todo: 'Redemandez plus tard ; si rien ne change, vérifiez que l’horloge tourne et que la clé de signature est configurée (certificates.signing).',
  },
  'attestation-differs': {
    what: 'L’attestation de l’archive n’est pas celle qui y a été mise : son empreinte diffère.',
    todo: 'Demandez à l’hébergeur ce qui lui est arrivé ; l’empreinte figure au registre.',
  },
  'certificate-invalid': {
    what: 'Le certificat n’est pas valable ({reason}).',
    todo: 'Ne vous y fiez pas ; redemandez-le à qui l’a délivré, et comparez son empreinte avec le registre.',
  },
  'certificate-not-made': {
    what: 'Le certificat n’a pas pu être établi ({reason}).',
    todo: 'Regardez les paramètres sous certificates ; un nouvel essai suivra.',
  },
  'timestamp-away': {
    what: "Aucune autorité d'horodatage n'a délivré de jeton ({authority} : {reason}).",
    todo: 'Un nouvel essai aura lieu ; le travail continue, les jetons suivront.',
  },
  'timestamp-malformed': {
    what: "Le jeton d'horodatage n'en est pas un, ou il est abîmé.",
    todo: "Comparez-le avec sa copie dans l'archive ; un nouveau jeton est redemandé de lui-même.",
  },
  'timestamp-of-other-data': {
    what: "Le jeton d'horodatage porte sur d'autres octets que ceux-ci.",
    todo: "Prenez le jeton qui leur correspond, d'après son empreinte.",
  },
  'timestamp-nonce-differs': {
    what: "L'autorité d'horodatage a répondu à une autre demande que la nôtre.",
    todo: "Un nouvel essai aura lieu ; si cela dure, interrogez l'autorité, ou cherchez un cache entre elle et nous.",
  },
  'timestamp-policy-wrong': {
    what: "Le jeton d'horodatage relève d'une politique que la configuration n'accepte pas.",
    todo: "Vérifiez timestamps.authorities (policy) d'après ce que l'autorité publie.",
  },
  'timestamp-signature-wrong': {
    what: "La signature du jeton d'horodatage est fausse.",
    todo: "Ne vous y fiez pas ; comparez-le avec sa copie dans l'archive.",
  },
  'timestamp-authority-unknown': {
    what: "Le jeton d'horodatage est signé par quelqu'un dont aucune ancre de confiance ne répond.",
    todo: "Si c'est la bonne autorité, ajoutez son certificat racine à ses ancres.",
  },
  'timestamp-certificate-expired': {
    what: "Un certificat de l'autorité d'horodatage n'était pas valable à l'heure du jeton.",
    todo: "L'autorité doit renouveler son certificat ; configurez-en une autre entre-temps.",
  },
  'timestamp-certificate-unfit': {
    what: "Un certificat de l'autorité d'horodatage n'est pas fait pour l'horodatage.",
    todo: "Ne vous fiez pas au jeton ; interrogez l'autorité.",
  },
  'timestamp-certificate-revoked': {
    what: "Un certificat de l'autorité d'horodatage a été révoqué.",
    todo: "Ne vous fiez pas au jeton ; faites horodater par une autre autorité ce qu'il couvre.",
  },
  'timestamp-algorithm-refused': {
    what: "Le jeton d'horodatage repose sur un algorithme auquel on ne se fie pas.",
    todo: "Demandez à l'autorité SHA-256 ou plus, RSA de 2048 bits ou plus, ou ECDSA.",
  },
  'timestamp-time-wrong': {
    what: "L'heure du jeton d'horodatage est loin de la nôtre.",
    todo: "Vérifiez d'abord l'horloge de la maison (celle de sa base), puis interrogez l'autorité.",
  },
  'timestamp-lapsed': {
    what: "Le certificat du jeton d'horodatage a pris fin, et aucun jeton plus récent ne le couvre.",
    todo: "La preuve de sa date doit alors venir d'un jeton du registre : le point de contrôle suivant le couvre aussi.",
  },
} as const satisfies Partial<Record<FailureCode, Sentence>>
