import type { StorageFeature, StorageJudgement, StorageUse } from '../domain/storage.ts'

const s = (count: number): string => (count > 1 ? 's' : '')

const uses: Record<StorageUse, string> = {
  archive: 'archive',
  'unlocked-archive': 'archive sans verrou (lockDays : 0)',
  staging: 'transit',
}

const features: Record<StorageFeature, string> = {
  reachable: 'joignable, et laisse écrire',
  clock: "à l'heure, à la minute",
  versioning: 'garde les versions',
  'object-lock': 'verrouille les objets (COMPLIANCE)',
  'lock-lengthened': 'prolonge un verrou',
  'lock-not-shortened': "refuse d'abréger un verrou",
  'deletion-refused': "refuse d'effacer ce qui est verrouillé",
  'legal-hold': 'tient un gel juridique',
  'lock-of-parts': 'verrouille aussi ce qui est envoyé en parties',
  'conditional-put': 'écrit sous condition (If-None-Match)',
  checksum: 'vérifie les sommes de contrôle (SHA-256)',
  'signed-body': 'vérifie le contenu que la signature annonce',
  multipart: 'reçoit en plusieurs parties',
  range: 'rend une partie d’un objet',
}

/** What it means for the archive that one is missing. */
const meanings: Record<StorageFeature, string> = {
  reachable: "Rien n'a pu être vu : vérifiez adresse, compartiment, identifiants et droits.",
  clock:
    "Les verrous sont calculés à notre heure et tenus à la sienne : ils finiraient plus tôt ou plus tard qu'inscrit. Réglez les horloges (NTP).",
  versioning:
    'Une écriture ou un effacement détruirait ce qui était là. Créez le compartiment avec Object Lock.',
  'object-lock':
    "N'importe quel détenteur des clés pourrait effacer l'archive : la conservation légale ne serait qu'une intention. Créez le compartiment avec Object Lock, ou changez de stockage.",
  'lock-lengthened':
    "Les verrous, posés pour quelques mois et prolongés tant que court la conservation, finiraient tous : l'archive s'ouvrirait.",
  'lock-not-shortened': "Un intrus raccourcirait les verrous, puis effacerait : ils n'en sont pas.",
  'deletion-refused': "Ce qui est verrouillé s'efface quand même : le verrou n'en est pas un.",
  'legal-hold':
    'Un gel juridique ne tient que par Scellé, qui prolonge les verrous ; le stockage ne le connaît pas.',
  'lock-of-parts':
    'Scellé relit chaque dépôt et pose le verrou qui manque : un instant, un grand objet reste ouvert.',
  'conditional-put':
    "Deux envois simultanés laisseraient deux versions que personne ne pourrait effacer : Scellé les fait passer l'un après l'autre (verrou dans la base), et regarde avant de répéter.",
  checksum:
    'Un contenu abîmé en chemin ne serait arrêté que par la signature ; la relecture de chaque dépôt le voit dans tous les cas.',
  'signed-body':
    'Un contenu abîmé en chemin ne serait vu qu’à la relecture, quand il est déjà verrouillé : le document serait à déposer de nouveau.',
  multipart: 'Les objets de plus de 16 Mo ne peuvent pas être déposés.',
  range:
    'Rien ne peut être lu : les objets se lisent morceau par morceau, pour qu’aucun ne remplisse la mémoire.',
}

const reasons: Record<string, string> = {
  'access-denied': "ces identifiants n'en ont pas le droit",
  'may-not-delete-at-all':
    "ces identifiants n'effacent rien du tout : rien ne prouve que c'est le verrou qui refuse",
  'not-tried': "n'a pas pu être essayé",
  'too-slow': 'le stockage a répondu trop tard : augmentez --lock-seconds',
  'object-lock-not-enabled': 'le compartiment a été créé sans Object Lock',
  'not-kept': 'accepté, mais pas retenu',
  'kept-otherwise': 'retenu autrement que demandé',
  'clocks-differ': 'les horloges diffèrent de plus d’une minute',
  'no-such-bucket': "le compartiment n'existe pas",
  'not-found': "le compartiment n'existe pas",
  forbidden: 'identifiants refusés',
  'http-403': 'identifiants refusés',
  'signature-does-not-match': 'clé secrète refusée',
  'invalid-access-key-id': 'identifiant de clé inconnu',
  econnrefused: 'rien ne répond à cette adresse',
}

const verdicts: Record<StorageJudgement['fit'], (missing: number) => string> = {
  yes: () => "Apte : tout ce que cet usage exige a été vu à l'œuvre.",
  no: (missing) =>
    `INAPTE : ${missing} fonction${s(missing)} requise${s(missing)} manque${missing > 1 ? 'nt' : ''}.`,
  unproven: (missing) =>
    `NON PROUVÉ : ${missing} fonction${s(missing)} requise${s(missing)} n'${missing > 1 ? 'ont' : 'a'} pas pu être vue${s(missing)}.`,
}

export const storageFr = {
  probing: (count: number, seconds: number) =>
    `${count} stockage${s(count)} à l'essai, avec des objets à soi sous « probe/ » : ${seconds} s environ…`,
  heading: (name: string, use: StorageUse) => `${name} · ${uses[use]}`,
  columns: ['fonction', 'vu', 'requis'],
  seen: { yes: 'oui', no: 'NON', unknown: 'inconnu' },
  required: 'requis',
  features,
  meanings,
  reasons,
  verdicts,
  missing: 'Ce qui manque, et ce que cela veut dire',
  skew: (seconds: string) => `Son horloge moins la nôtre : ${seconds} s`,
  left: (count: number) =>
    `${count} version${s(count)} d'essai reste${count > 1 ? 'nt' : ''} sous « probe/ » : ces identifiants ne peuvent pas l${count > 1 ? 'es' : "'"} effacer. Elle${s(count)} ne contien${count > 1 ? 'nent' : 't'} que du hasard.`,
  askSecret: 'Clé secrète S3 :',
}
