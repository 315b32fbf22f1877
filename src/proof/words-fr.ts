import { typesetAll } from '../domain/typography.ts'
import type { Words } from './words.ts'

const plural = (count: number, one: string, many: string): string =>
  `${new Intl.NumberFormat('fr-FR').format(count)} ${count > 1 ? many : one}`

const sentences: Words = {
  locale: 'fr-FR',
  title: 'RELEVÉ DE VALEUR PROBANTE',
  subject: { document: 'Document', batch: 'Lot', patient: 'Patient' },
  madeAt: (when) => `Établi le ${when}. Toutes les heures sont en temps universel (UTC).`,
  proven: {
    title: 'Ce qui est prouvé',
    inclusion: (entries, size) =>
      `${plural(entries, 'entrée figure', 'entrées figurent')} au registre de conservation, à une place qui ne peut plus changer : la tête signée du registre couvre ${plural(size, 'entrée', 'entrées')}, et chaque preuve y mène par le calcul.`,
    span: (from, to) => `Elles vont du ${from} au ${to}, dans l'ordre du registre.`,
    timestamp: (authority, when) =>
      `Le registre existait dans cet état au plus tard le ${when} : un jeton d'horodatage de « ${authority} » porte sur sa tête.`,
    attested: (batchId, signer, seq, when) =>
      `L'attestation de dépôt du lot ${batchId}, signée par « ${signer} », est celle de l'entrée ${seq}${when ? ` ; elle était signée au plus tard le ${when}` : ' ; aucune autorité ne dit encore quand elle a été signée'}.`,
    parts: { access: 'copie de consultation', master: 'fichier du scanner', words: 'texte reconnu' },
    content: (part, version, bytes) =>
      `Contenu « ${part} », version ${version}${bytes === undefined ? '' : ` (${plural(bytes, 'octet', 'octets')})`}`,
    sealed: (when, seq) => `scellé le ${when} (entrée ${seq})`,
    stamped: (authority, when) =>
      `horodaté par « ${authority} » : ce contenu existait au plus tard le ${when}`,
    deposited: (when, seq) => `déposé chez l'hébergeur le ${when} (entrée ${seq})`,
    verified: (when, seq) => `relu chez l'hébergeur et trouvé identique le ${when} (entrée ${seq})`,
    notVerified: 'aucune relecture chez l’hébergeur ne figure parmi ces entrées',
    digest: (name, value) => `${name} : ${value}`,
  },
  by: {
    title: 'Par qui',
    ledger: (name, fingerprint) => `Le registre « ${name} », clé ${fingerprint}, a signé la tête.`,
    witness: (name, when) => `Le témoin « ${name} » a contresigné la même tête le ${when}.`,
    noWitness: "Aucun témoin n'a contresigné cette tête.",
    authority: (name) => `L'autorité d'horodatage « ${name} » a daté ce qui porte son jeton.`,
    noAuthority:
      "Aucun jeton d'horodatage n'accompagne ce relevé : les heures ne reposent que sur l'horloge de qui a tenu le registre.",
  },
  notProven: {
    title: "Ce qui n'est pas prouvé",
    list: [
      "Que l'image est fidèle au papier : cela relève du contrôle de la numérisation et de ses procès-verbaux.",
      'Qui sont les personnes : le registre ne connaît que des identifiants opaques, dont seul le responsable du traitement tient la correspondance.',
      "Qu'aucune autre entrée ne concerne ce sujet : une preuve montre ce qui est au registre, non ce qui manquerait à ce relevé.",
      "L'heure exacte de chaque fait : elle est déclarée par le système ; seuls l'ordre et les jetons d'horodatage la bornent.",
      'La valeur juridique : elle est laissée au juge.',
    ],
  },
  check: {
    title: 'Comment le vérifier sans nous croire',
    list: [
      'Ouvrez le vérificateur (une page HTML, sans réseau) et déposez-y ce fichier ZIP, puis le document lui-même ; ou : npx scelle verify FICHIER.zip',
      'À la main, avec openssl, sha256sum et tout client de journaux de transparence : voyez « Proof files » dans docs/formats.md.',
      "Comparez la clé du registre et les certificats des autorités avec ceux que vous avez obtenus par une autre voie que ce fichier : une preuve n'est jamais meilleure que la clé à laquelle on la compare.",
    ],
  },
  chronology: 'Chronologie',
  events: {
    'batch-received': 'Lot reçu',
    'batch-registered': 'Lot enregistré',
    'batch-held': 'Lot retenu',
    'batch-released': 'Lot débloqué',
    'batch-resumed': 'Travail repris sur le lot',
    'batch-rejected': 'Lot rejeté',
    'batch-closed': 'Lot clos, comptes rapprochés',
    'batch-attested': 'Attestation de dépôt signée et archivée',
    'file-staged': 'Fichier du scanner pris en charge, empreintes calculées',
    'file-rejected': 'Fichier rejeté',
    'file-duplicate-found': 'Fichier reconnu comme doublon',
    'file-split': 'Fichier découpé en pages',
    'page-examined': 'Page examinée',
    'page-recognised': 'Texte de la page reconnu',
    'document-composed': 'Document constitué',
    'document-attributed': 'Document attribué à un patient par une personne',
    'document-held': 'Document retenu',
    'document-resumed': 'Traitement du document repris',
    'document-refused': 'Document refusé : opposition du patient',
    'document-rejected': 'Document rejeté',
    'document-failed': 'Traitement du document interrompu par une erreur',
    'consent-recorded': 'Décision du patient enregistrée',
    'consent-checked': 'Consentement vérifié',
    'identity-confirmed': 'Identité comparée au texte du document',
    'document-assembled': 'Copie de consultation établie (PDF/A)',
    'document-sealed': 'Contenu scellé',
    'document-corrected': 'Document corrigé par une personne : nouvelle version',
    'document-deposited': "Objet scellé déposé chez l'hébergeur",
    'deposit-verified': "Dépôt relu chez l'hébergeur, identique",
    'lock-renewed': 'Verrou de conservation prolongé',
    'document-read': 'Document consulté',
    'document-reading-refused': 'Consultation refusée',
    'document-exported': 'Document remis sous scellé',
    'withdrawal-noted': 'Retrait du consentement constaté après le dépôt',
    'staged-pages-destroyed': 'Pages de travail détruites',
    'staging-key-destroyed': 'Clé des données de travail détruite',
    'staging-destroyed': 'Données de travail détruites',
    'source-released': 'Fichiers sources rendus ou retirés du dossier de dépôt',
    'master-key-made': 'Clé maîtresse créée',
    'keys-rewrapped': 'Clés chiffrées sous la nouvelle clé maîtresse',
    'master-key-escrowed': 'Clé maîtresse mise sous séquestre',
    'master-key-retired': 'Clé maîtresse retirée',
  },
}

export const fr: Words = typesetAll(sentences, 'fr')
