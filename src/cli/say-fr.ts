import { proofFr } from './say-proof-fr.ts'
import { keysFr } from './say-keys-fr.ts'
import { publicLedgerFr, witnessFr } from './say-ledger-fr.ts'
import { queueFr } from './say-queue-fr.ts'
import { rescanFr } from './say-rescan-fr.ts'
import { storageFr } from './say-storage-fr.ts'
import { wordsFr } from './words-fr.ts'

const s = (count: number): string => (count > 1 ? 's' : '')

/** Every sentence of the command line. */
export const fr = {
  ...wordsFr,
  ...proofFr,
  storage: storageFr,
  queue: queueFr,
  keys: keysFr,
  rescan: rescanFr,
  witness: witnessFr,

  init: {
    configurationWritten: (file: string) => `Configuration écrite : ${file}`,
    doing: (step: string) => `… ${step}`,
    ready: 'Scellé est prêt.',
    keysSafe: (master: string, ledger: string) =>
      `Copiez dès maintenant ${master} et ${ledger} en deux lieux sûrs, séparés l'un de l'autre et des sauvegardes de la base : sans la clé maîtresse, plus rien ne pourra jamais être lu.`,
    tokenSafe: (ledger: string) =>
      `Sauvegardez dès maintenant le HSM selon son fabricant, et copiez ${ledger} : sans la clé maîtresse, plus rien ne pourra jamais être lu.`,
    addOrganisation:
      'Enregistrez le service : « scelle organisation add --name "…" --siret … », puis donnez son identifiant à « organisation » dans la configuration, ou relancez « scelle init ».',
    organisationKept: (id: string) => `La configuration retient l'organisation ${id}.`,
    organisationByHand: (id: string) =>
      `La configuration ne peut pas être modifiée d'ici : ajoutez-y "organisation": "${id}".`,
    nextHost:
      "Ensuite : l'hébergeur (« scelle host add »), le sous-traitant (« scelle organisation add --kind processor »), le contrat (« scelle contract add »), les patients (« scelle patient import »), leurs décisions (« scelle consent import »).",
    askOwnerUrl: 'URL PostgreSQL du propriétaire des tables (postgresql://rôle:mot-de-passe@hôte:5432/base)',
    askQueue: "File d'attente : redis ou postgres",
    askRedisUrl: 'URL Redis ou Valkey',
    askEndpoint: 'Adresse du stockage S3',
    askKeyId: "Identifiant de clé d'accès S3",
    askSecret: 'Clé secrète S3',
    askName: "Nom de l'organisation (vide : plus tard)",
    askSiret: 'SIRET',
  },
  organisation: {
    added: (id: string) => `Organisation enregistrée : ${id}`,
    columns: ['identifiant', 'genre', 'nom', 'SIRET', 'FINESS', 'consentement', 'choisie'],
    finessUnverifiable: 'FINESS de Corse : sa clé ne peut pas être vérifiée, relisez-le.',
    nextHost: 'Ensuite : « scelle host add », puis « scelle contract add ».',
  },
  host: {
    added: (id: string) => `Hébergeur enregistré : ${id}`,
    columns: ['identifiant', 'nom', 'certificat HDS', 'valide', 'activités', 'pays', 'stockage'],
    facts: {
      name: 'Nom',
      siren: 'SIREN',
      certificate: 'Certificat HDS',
      certifier: 'Certificateur',
      activities: 'Activités',
      valid: 'Valide',
      regions: 'Pays',
      storage: 'Stockage',
      contact: 'Contact incidents',
    },
    span: (from: string, to: string) => `du ${from} au ${to}`,
  },
  contract: {
    added: (reference: string, version: number) => `Contrat ${reference} enregistré, version ${version}.`,
    columns: ['identifiant', 'référence', 'version', 'début', 'fin', 'clauses', 'AIPD', 'reçoit des lots'],
    facts: {
      reference: 'Référence',
      version: 'Version',
      processor: 'Sous-traitant',
      host: 'Hébergeur',
      span: 'En vigueur',
      copy: 'Copie signée (SHA-256)',
      dpia: 'AIPD',
    },
    clauses: "Clauses de l'article 28 du RGPD",
    open: 'Des lots peuvent être déposés sous ce contrat.',
    closed: "Aucun lot n'est reçu sous ce contrat pour l'instant :",
  },
  patient: {
    importing: 'Import des patients',
    imported: (added: number, changed: number, unchanged: number) =>
      `${added} patient${s(added)} ajouté${s(added)}, ${changed} modifié${s(changed)}, ${unchanged} inchangé${s(unchanged)}.`,
    columns: ['identifiant', 'numéro de dossier'],
    identityColumns: ['nom de naissance', 'prénoms', 'naissance'],
    outcome: 'résultat',
    list: 'Voyez-les avec « scelle patient list ».',
    nextConsents: 'Ensuite : leurs décisions, avec « scelle consent import ».',
    facts: {
      id: 'Identifiant',
      fileNumber: 'Numéro de dossier',
      name: 'Nom de naissance',
      givenNames: 'Prénoms',
      birthDate: 'Naissance',
      ins: 'Identité',
      documents: 'Documents',
      key: 'Clé',
    },
    keyDestroyed: 'détruite',
    keyThere: 'présente',
    askFileNumber: 'Numéro de dossier : ',
  },
  consent: {
    importing: 'Import des décisions',
    imported: (recorded: number, unchanged: number) =>
      `${recorded} décision${s(recorded)} enregistrée${s(recorded)}, ${unchanged} déjà connue${s(unchanged)}.`,
    touched: {
      goOn: (count: number) =>
        count > 1
          ? `${count} documents qui attendaient une décision repartent d'eux-mêmes.`
          : '1 document qui attendait une décision repart de lui-même.',
      stillWait: (count: number) =>
        `${count} document${s(count)} attend${count > 1 ? 'ent' : ''} toujours une décision.`,
      stopped: (count: number) =>
        `${count} document${s(count)} arrêté${s(count)} : « scelle document list --state refused » et « scelle document list --state held ».`,
      questioned: (count: number) =>
        `${count} document${s(count)} déjà archivé${s(count)} : lecture bloquée, au service de décider (« scelle document list »).`,
    },
    touchedNone: "Aucun document n'attendait cette décision.",
    alreadyOver: 'Elle a déjà pris fin (--expires-at) : elle compte comme « expiré ».',
    recorded: (status: string, purpose: string) => `Décision enregistrée : ${status} (${purpose}).`,
    laterStands: (status: string) => `Une décision prise plus tard reste en vigueur : ${status}.`,
    columns: [
      'décidé le',
      'finalité',
      'décision',
      'voie',
      'notice',
      'preuve (SHA-256)',
      'base légale',
      'décideur',
      'expire',
      'inscrit le',
      'par',
    ],
    now: 'Aujourd’hui',
    history: 'Historique',
    nothing: 'Aucune décision enregistrée : elle compte comme « en attente ».',
  },
  batch: {
    submitted: (id: string) => `Lot reçu : ${id}`,
    known: (id: string, state: string) => `Ce lot avait déjà été déposé : ${id} (${state}).`,
    follow: (id: string) => `Suivez-le : « scelle batch show ${id} ».`,
    reading: 'Dépôt',
    waiting: 'Lot',
    progress: (documents: number, total: number, held: number) =>
      `${documents}/${total} document${s(total)} traité${s(total)}${held > 0 ? `, ${held} retenu${s(held)}` : ''}`,
    leftRunning: (id: string) => `Le lot ${id} continue sans vous : « scelle batch show ${id} ».`,
    nobodyWorks:
      'Aucun processus de travail ne donne signe de vie : lancez-les (workers/clock.ts, batch.ts, page.ts, document.ts), ou « docker compose up -d ».',
    columns: ['identifiant', 'reçu', 'boîte', 'contrat', 'état', 'pages', 'documents', 'retenus'],
    facts: {
      id: 'Lot',
      state: 'État',
      box: 'Boîte',
      contract: 'Contrat',
      operator: 'Opérateur',
      separation: 'Découpe',
      received: 'Reçu',
      closed: 'Clos',
      releasedBy: 'Libéré par',
    },
    counts: 'Comptes',
    countColumns: ['', 'annoncés', 'comptés'],
    files: 'Fichiers',
    fileColumns: ['n°', 'genre', 'octets', 'pages', 'état'],
    documents: 'Documents',
    documentsOf: (id: string) => `Le détail : « scelle document list --batch ${id} ».`,
    released: (id: string) => `Lot ${id} libéré : ses documents sont pris tels qu'ils ont été trouvés.`,
    rejected: (id: string) =>
      `Lot ${id} rejeté : le travail s'arrête, ce qui était en attente est détruit, la source revient à l'opérateur.`,
    attested: (file: string, digest: string) =>
      `Attestation écrite dans ${file} ; son empreinte est celle du registre : ${digest}`,
    notTimestamped:
      'L’horodatage n’a pas encore répondu : il suivra, par une nouvelle version de l’attestation.',
    heldCount: (count: number) =>
      `${count} document${s(count)} retenu${s(count)} : rien n'est perdu, voyez pourquoi et que faire.`,
  },
  inbox: {
    watching: (directory: string) => `Dossier de dépôt surveillé : ${directory} (Ctrl-C pour arrêter)`,
    round: (submitted: number, givenBack: number, released: number, postponed: number) =>
      `${submitted} lot${s(submitted)} reçu${s(submitted)}, ${givenBack} rendu${s(givenBack)}, ${released} libéré${s(released)}, ${postponed} remis à plus tard`,
    stopped: 'Surveillance arrêtée.',
  },
  coverSheet: {
    printed: (count: number, file: string) => `${count} intercalaire${s(count)} dans ${file}`,
    manifest: (batch: string, count: number) =>
      `Dans batch.json : "separation": "cover-sheets", "coverSheets": { "batch": "${batch}", "count": ${count} }`,
    place: 'Placez chaque intercalaire devant le dossier qu’il annonce, sans agrafer, dans l’ordre.',
  },
  document: {
    columns: ['n°', 'identifiant', 'état', 'pages', 'patient', 'scellé chez', 'clé de l’objet'],
    patientKnown: 'attribué',
    heading: (batch: string, box: string) => `Lot ${batch} · boîte ${box}`,
    facts: {
      id: 'Document',
      batch: 'Lot',
      position: 'N° dans le lot',
      state: 'État',
      patient: 'Patient',
      fileNumber: 'Numéro de dossier',
      pages: 'Pages',
      confidence: 'Reconnaissance',
      reading: 'Lu',
      ownText: 'Texte d’origine',
      readByPersons: 'Corrigé',
      attributedBy: 'Attribué par',
      question: 'À décider',
    },
    questions: {
      'withdrawn-after-deposit':
        "Consentement retiré après l'archivage : la lecture est bloquée, rien ne peut encore être effacé. Pour garder le document sur une autre base légale : « scelle consent set PATIENT --status not-required --legal-basis … --decided-by … ».",
    },
    deposits: 'Objets scellés',
    parts: {
      access: 'PDF de consultation',
      master: 'original du scanner',
      words: 'mots et constats de lecture',
    },
    depositFacts: {
      host: 'Hébergeur',
      key: 'Clé de l’objet',
      version: 'Version',
      content: 'Contenu (SHA-256)',
      sealed: 'Scellé (SHA-256)',
      bytes: 'Octets scellés',
      verified: 'Relu, comparé',
      retain: 'Verrouillé jusqu’au',
    },
    history: 'Historique',
    historyColumns: ['quand', 'quoi', 'par', 'motif'],
    attributed: (id: string) =>
      `Document ${id} attribué : il repart, et la décision du patient sera vérifiée.`,
    retried: (id: string) => `Document ${id} repris : il repart de là où il avait échoué.`,
    rejected: (id: string) =>
      `Document ${id} rejeté : son fichier sera rendu à l’opérateur à la clôture du lot.`,
    returnColumns: ['boîte', 'lot', 'fichier:pages', 'document', 'refusé le'],
    findingFacts: { type: 'Type', date: 'Date', reading: 'Lu', corrected: 'Corrigé' },
    otherKind: 'autre',
    bySomebody: 'dit par une personne',
    byPage: (page: number, confidence: string) => `page ${page}, fiabilité ${confidence}`,
    corrected: (version: number) =>
      `Voici ce qui fait foi, dans la version ${version} des mots : scellée, déposée, relue.`,
    placesRead: (count: number) => `${count} endroit${s(count)} lu${s(count)} par une personne`,
    placesCorrected: (count: number) =>
      `${count} endroit${s(count)} lu${s(count)} depuis par des personnes : voir « document text ». Le texte cherchable du PDF reste celui d’avant son dépôt.`,
    accessCopyStays:
      '« document text » donne les mots corrigés. Le PDF n’est pas changé : une recherche y trouve ce qui avait été lu avant son dépôt.',
    nothingWritten: 'rien d’écrit n’a été vu',
    reading: (it: { sure: string; doubtful: string; unread: string; places: number }) =>
      `${it.sure} sûrement · ${it.doubtful} à vérifier · ${it.unread} non lu (${it.places} endroit${s(it.places)})`,
    ownText: (it: {
      used: number
      compared: number
      contradicted: number
      agreement: string | undefined
    }): string =>
      [
        `${it.used} page${s(it.used)} reprise${s(it.used)} ${it.used > 1 ? 'telles quelles' : 'telle quelle'}`,
        ...(it.agreement
          ? [`${it.compared} comparée${s(it.compared)}, ${it.agreement} ou plus d’accord`]
          : []),
        ...(it.contradicted > 0 ? [`${it.contradicted} qui ne dit pas ce qui se voit`] : []),
      ].join(' · '),
    textWritten: (file: string) => `Texte écrit dans ${file}, lisible par vous seul.`,
    fetched: (file: string) => `Document écrit dans ${file}, lisible par vous seul.`,
    exported: (directory: string) => `Objet scellé, clé et identifiant de clé dans ${directory}`,
    openWith: 'Pour l’ouvrir avec OpenSSL 3 :',
    compare: 'D’abord, comparez son empreinte au registre :',
    keyWarning:
      'La clé n’ouvre que ce document. Gardez-la à part de l’objet, et détruisez-la quand elle ne sert plus.',
  },
  ledger: {
    ...publicLedgerFr,
    verifying: 'Vérification du registre',
    verified: (entries: number, checkpoints: number) =>
      `Registre vérifié : ${entries} entrée${s(entries)}, ${checkpoints} point${s(checkpoints)} de contrôle, aucune anomalie.`,
    notVerified: (count: number, kinds: number) =>
      `Registre NON vérifié : ${count} anomalie${s(count)}${kinds > 1 ? `, de ${kinds} sortes` : ''}.`,
    omitted: (count: number) => `et ${count} autre${s(count)} de cette sorte ; toutes avec --json.`,
    kinds: {
      'entries-missing': 'Entrées manquantes',
      'entry-out-of-order': 'Entrées déplacées',
      'entry-malformed': 'Entrées mal formées',
      'entry-misplaced': 'Entrées écrites pour une autre place',
      'leaf-hash-differs': 'Entrées altérées',
      'event-differs': 'Événements altérés',
      'subtree-differs': 'Empreintes de tuiles altérées',
      'published-head-unknown': 'Têtes publiées que la base ne connaît pas',
      'cosignature-invalid': 'Signatures de témoins invalides',
      'published-checkpoint-invalid': 'Têtes publiées invalides',
      'tile-missing': 'Fichiers publiés manquants',
      'tile-malformed': 'Fichiers publiés illisibles',
      'tile-differs': 'Fichiers publiés altérés',
      'tiles-root-differs': 'Archives dont les entrées ne mènent pas à leur tête signée',
      'deposit-row-differs': 'Empreintes de contenus scellés altérées',
      'checkpoint-row-differs': 'Rangées de têtes signées altérées',
      'checkpoint-invalid': 'Points de contrôle invalides',
      'checkpoints-contradict': 'Points de contrôle contradictoires',
      'root-differs':
        'Points de contrôle que les entrées contredisent (conséquence de ce qui précède leur place)',
      'ledger-shorter': 'Points de contrôle au-delà de la fin',
    },
    ofKind: (kind: string, count: number) => `${kind} : ${count}`,
    intact: (entries: number) =>
      entries > 0
        ? `Le dernier point de contrôle que les entrées confirment en couvre ${entries} : ces premières-là sont intactes.`
        : 'Aucun point de contrôle n’est confirmé par les entrées.',
    confirmed: (confirmed: string, all: string) => `${confirmed} confirmés sur ${all}`,
    whatNow:
      "Cessez d'écrire, conservez la base et l'archive en l'état, et appelez le contact sécurité (SECURITY.md).",
    empty: "Le registre est vide : rien ne s'est encore passé.",
    verifierKey: 'Clé de vérification des points de contrôle',
    facts: {
      entries: 'Entrées',
      root: 'Racine',
      covered: 'Sous signature',
      checkpoints: 'Points de contrôle',
      stored: 'dans la base',
      archived: "copies dans l'archive",
      waiting: 'Événements en attente',
      at: 'Signé le',
      copied: "Copié dans l'archive",
      published: 'Publiées partout',
      recovered: 'Sans événement',
    },
    note: 'Dernier point de contrôle',
    entries: 'Dernières entrées',
    entryColumns: ['n°', 'quand', 'quoi', 'par', 'sur'],
  },
}

/** What a language must have: the same sentences. */
export type Say = typeof fr
