import { fr as corrections } from './failures-corrections-fr.ts'
import { fr as evidence } from './failures-evidence-fr.ts'
import type { Sentences } from './failures.ts'

export const fr: Sentences = {
  'manifest-missing': {
    what: 'Le dossier du lot ne contient pas de fichier batch.json.',
    todo: 'Ajoutez le manifeste (docs/schemas/batch.schema.json), puis déposez de nouveau le dossier.',
  },
  'manifest-invalid': {
    what: 'batch.json comporte {count} erreur(s) : {faults}.',
    todo: 'Corrigez chaque endroit indiqué, puis déposez de nouveau le dossier.',
  },
  'batch-empty': {
    what: 'Le dossier du lot ne contient aucun fichier à lire.',
    todo: 'Placez les numérisations à côté de batch.json, puis déposez de nouveau le dossier.',
  },
  'batch-duplicate': {
    what: "Ce lot a déjà été déposé : c'est le lot {batchId}.",
    todo: 'Rien à faire : suivez le premier avec « scelle batch show {batchId} ».',
  },
  'batch-changed-while-read': {
    what: 'Le dossier du lot a changé pendant sa lecture.',
    todo: 'Attendez que le scanner ait terminé, puis déposez-le de nouveau.',
  },
  'batch-entry-not-a-file': {
    what: 'Le dossier du lot contient {count} élément(s) qui ne sont pas de simples fichiers : dossier, lien ou périphérique.',
    todo: 'Placez toutes les numérisations directement à côté de batch.json, puis redéposez le dossier.',
  },
  'batch-not-a-folder': {
    what: "Il n'y a pas de dossier à l'endroit indiqué.",
    todo: "Indiquez le chemin d'un dossier qui contient batch.json et les numérisations.",
  },
  'file-name-not-utf8': {
    what: 'Le dossier contient {count} nom(s) de fichier qui ne sont pas en UTF-8.',
    todo: 'Réglez le numériseur ou le partage pour écrire les noms en UTF-8, renommez les fichiers et redéposez le dossier.',
  },
  'file-not-of-batch': {
    what: 'Ce fichier n’était pas dans le dossier quand le lot a été pris en charge, ou a été modifié depuis.',
    todo: 'S’il doit être archivé, déposez-le dans un nouveau lot.',
  },
  'nothing-accepted': {
    what: 'Aucun des fichiers de ce lot n’a pu être accepté.',
    todo: 'Lisez le motif donné pour chaque fichier ; corrigez ou numérisez de nouveau, puis redéposez le lot.',
  },
  'counts-do-not-reconcile': {
    what: 'Le manifeste annonce {expected} {unit} ; le comptage en trouve {counted}.',
    todo: 'Cherchez dans la boîte les feuillets manquants ou en trop ; renumérisez et redéposez, ou libérez le lot avec « scelle batch release ID ».',
  },
  'cover-sheet-missing': {
    what: "L'intercalaire {sequence} sur {count} n'a pas été lu. Pages candidates : {candidates}.",
    todo: 'Regardez ces pages ; renumérisez l’intercalaire, ou libérez le lot avec « scelle batch release ID ».',
  },
  'cover-sheet-foreign': {
    what: "La page {page} porte un intercalaire d'un autre lot.",
    todo: 'Vérifiez que les feuillets de deux lots n’ont pas été mélangés ; rejetez ce lot (« scelle batch reject ID ») et numérisez-le de nouveau.',
  },
  'bounds-out-of-file': {
    what: 'Le document {position} demande les pages {from} à {to} ; le fichier en a {pages}.',
    todo: 'Corrigez les bornes dans batch.json, puis redéposez le lot.',
  },
  'file-missing': {
    what: "Le fichier n° {position} du manifeste n'est pas dans le dossier.",
    todo: 'Ajoutez le fichier ou corrigez batch.json, puis redéposez le dossier.',
  },
  'file-digest-differs': {
    what: "Le fichier n° {position} n'est pas celui dont le manifeste donne l'empreinte SHA-256.",
    todo: 'Recopiez le dossier depuis le scanner : le fichier a changé en chemin.',
  },
  'file-kind-unknown': {
    what: "Le fichier n° {position} n'est ni un PDF, ni un TIFF, ni un JPEG, ni un PNG, quoi qu'en dise son nom.",
    todo: "Numérisez de nouveau les feuillets dans l'un de ces formats.",
  },
  'file-unreadable': {
    what: 'Le fichier n° {position} est illisible.',
    todo: 'Numérisez de nouveau les feuillets et déposez-les dans un nouveau lot.',
  },
  'file-truncated': {
    what: 'Le fichier n° {position} est tronqué.',
    todo: 'Recopiez-le depuis le scanner, ou numérisez de nouveau les feuillets, puis déposez-les dans un nouveau lot.',
  },
  'file-encrypted': {
    what: 'Le fichier n° {position} est protégé par un mot de passe.',
    todo: 'Numérisez sans mot de passe et déposez les feuillets dans un nouveau lot.',
  },
  'file-too-large': {
    what: 'Le fichier n° {position} dépasse la limite de {limit}.',
    todo: 'Découpez-le en fichiers plus petits, ou faites relever la limite dans la configuration.',
  },
  'file-too-costly': {
    what: 'La lecture du fichier n° {position} dépasse une limite ({cost} : {limit}).',
    todo: 'Numérisez ces pages à nouveau, ou en fichiers plus petits ; si le fichier est sain, relevez cette limite sous « parsing » dans la configuration et remettez-le.',
  },
  'file-duplicate': {
    what: 'Le fichier n° {position} est identique, octet pour octet, à un fichier déjà reçu.',
    todo: 'Rien à faire si le feuillet a été numérisé deux fois ; sinon, numérisez le bon feuillet.',
  },
  'reader-broken': {
    what: "Les programmes qui lisent les fichiers ne fonctionnent pas ici ({reader}) : ils ne lisent pas un fichier d'essai.",
    todo: 'Les fichiers ne sont pas en cause ; ils attendent. Réinstallez (npm ci), donnez assez de mémoire et de processus aux services de travail, et voyez docs/hostile-files.md.',
  },
  'contract-unknown': {
    what: 'Aucun contrat ne porte la référence donnée dans le manifeste.',
    todo: 'Corrigez la référence, ou ajoutez le contrat avec « scelle contract add ».',
  },
  'contract-not-in-force': {
    what: "Le contrat court du {from} au {to} : il n'est pas en vigueur aujourd'hui.",
    todo: 'Signez une nouvelle version et ajoutez-la avec « scelle contract add ».',
  },
  'contract-clause-missing': {
    what: "Il manque au contrat des clauses de l'article 28 du RGPD : {clauses}.",
    todo: 'Complétez le contrat par avenant, puis ajoutez sa nouvelle version avec « scelle contract add ».',
  },
  'dpia-missing': {
    what: "Aucune analyse d'impact (AIPD) n'est enregistrée pour le contrat.",
    todo: 'Réalisez-la avant de numériser, puis enregistrez sa date dans une nouvelle version du contrat.',
  },
  'host-certificate-not-valid': {
    what: "Le certificat HDS de l'hébergeur court du {from} au {to} : il n'est pas valide aujourd'hui.",
    todo: 'Enregistrez le certificat renouvelé sous un nouveau nom d’hébergeur (« scelle host add »), ou choisissez un autre hébergeur certifié ; puis ajoutez une nouvelle version du contrat avec « scelle contract add ».',
  },
  'host-activity-missing': {
    what: "Le certificat HDS de l'hébergeur ne couvre pas les activités {activities}.",
    todo: 'Choisissez un hébergeur certifié pour ces activités.',
  },
  'host-outside-eea': {
    what: "L'hébergeur conserve des contenus hors de l'Espace économique européen : {regions}.",
    todo: "Choisissez un hébergeur qui ne stocke que dans l'EEE.",
  },
  'identifier-invalid': {
    what: "Le {kind} n'a pas la bonne clé ou la bonne forme.",
    todo: 'Vérifiez-le sur le document officiel et ressaisissez-le.',
  },
  'already-registered': {
    what: 'Déjà enregistré : {kind}.',
    todo: 'Utilisez celui qui existe.',
  },
  'import-invalid': {
    what: 'Le fichier comporte {count} erreur(s) : {faults}.',
    todo: "Corrigez chaque ligne indiquée et relancez l'import : rien n'a été importé.",
  },
  'patient-unknown': {
    what: 'La référence patient de ce document est inconnue.',
    todo: 'Importez le patient, ou attribuez le document : « scelle document attribute {documentId} --patient … ».',
  },
  'patient-missing': {
    what: "Rien n'indique à qui appartient ce document.",
    todo: 'Attribuez-le : « scelle document attribute {documentId} --patient … ».',
  },
  'consent-pending': {
    what: "Le patient ne s'est pas encore prononcé.",
    todo: 'Enregistrez sa décision avec « scelle consent set PATIENT --status … » : le document repartira de lui-même.',
  },
  'consent-expired': {
    what: 'Le consentement du patient a expiré.',
    todo: 'Sollicitez-le de nouveau et enregistrez sa décision avec « scelle consent set PATIENT --status … ».',
  },
  'consent-refused': {
    what: 'Le patient a refusé la numérisation.',
    todo: 'Rendez le papier au service : « scelle document returns » dit où il se trouve. Les pages en attente ont été détruites.',
  },
  'consent-withdrawn': {
    what: "Le patient a retiré son consentement : la lecture est bloquée, rien n'a été supprimé.",
    todo: 'Au service de décider. Le garder sur une autre base légale : « scelle consent set PATIENT --status not-required --legal-basis … --decided-by … ». Y renoncer avant qu’il soit archivé : « scelle document reject ID ». Archivé, il ne peut pas encore être effacé, et ne se lit plus.',
  },
  'identity-conflict': {
    what: 'Une page de ce document désigne une autre personne que son patient : page {page} ({kinds}).',
    todo: 'Regardez cette page ; attribuez de nouveau le document (« scelle document attribute {documentId} --patient … »), ou rejetez-le (« scelle document reject {documentId} ») et numérisez les feuillets dans le bon dossier.',
  },
  'ins-test-identity': {
    what: "L'INS de la page {page} est une identité de test, refusée en production.",
    todo: "Obtenez l'INS réelle de la personne.",
  },
  'ins-invalid': {
    what: 'Le DataMatrix INS de la page {page} est incorrect.',
    todo: "Vérifiez l'identité auprès du téléservice INSi et réimprimez l'étiquette.",
  },
  'document-empty': {
    what: 'Ce document a un intercalaire, ou a été annoncé, et n’a aucune page.',
    todo: 'Cherchez ses feuilles dans la boîte. Rejetez le document (« scelle document reject {documentId} ») ; numérisez ce qui manque dans un nouveau lot.',
  },
  'recognition-failed': {
    what: "La page n'a pas pu être reconnue.",
    todo: "Un nouvel essai aura lieu ; en cas d'échec définitif, renumérisez la page.",
  },
  'assembly-failed': {
    what: "Le PDF du document n'a pas pu être assemblé.",
    todo: "Signalez l'identifiant du document ; ses pages sont en sûreté.",
  },
  'rejected-by-operator': {
    what: 'Rejeté par un opérateur.',
    todo: "Demandez-lui pourquoi ; renumérisez les feuillets s'ils doivent être archivés.",
  },
  'batch-rejected': {
    what: 'Le lot a été rejeté.',
    todo: "Corrigez ce qu'indique le lot, puis redéposez-le.",
  },
  'state-forbids': {
    what: "{subject} est dans l'état « {state} » : c'est impossible pour l'instant.",
    todo: 'Regardez dans quel état il est, et pourquoi.',
  },
  'not-found': {
    what: 'Rien ne porte cet identifiant ici ({kind}).',
    todo: 'Listez ce qui existe, et vérifiez l’organisation pour laquelle vous agissez.',
  },
  'staged-object-damaged': {
    what: "Un objet en attente n'a pas l'empreinte enregistrée.",
    todo: "Il sera relu ; s'il reste endommagé, redéposez le lot : la source a été conservée.",
  },
  'staged-object-missing': {
    what: "Un objet en attente n'est plus à sa place.",
    todo: "Il sera recherché de nouveau ; s'il reste introuvable, redéposez le lot : la source a été conservée.",
  },
  'staging-full': {
    what: 'Les lots en cours peuvent occuper {held} Go sur les {limit} Go réservés : la place manque pour celui-ci.',
    todo: "Rien n'est perdu : un dossier déposé sera pris dès qu'un lot se termine ; une commande est à relancer plus tard.",
  },
  'staging-destroyed': {
    what: "L'espace de travail de ce lot a été détruit : le lot est clos.",
    todo: "Lisez les documents scellés dans l'archive.",
  },
  ...corrections,
  'document-type-unknown': {
    what: 'Aucun type de document n’a ce code. Ceux qui sont connus : {codes}.',
    todo: 'Prenez un de ces codes, ou ajoutez le type au fichier que nomme « filing.documentTypes ».',
  },
  'words-unreadable': {
    what: 'Les mots d’un document ne sont pas écrits comme ils devraient l’être (ligne {line}).',
    todo: 'Comparez l’objet au registre : « scelle document export-sealed ID --part words ». Si c’est bien celui qui a été déposé, signalez-le avec l’identifiant du document.',
  },
  'text-not-kept': {
    what: 'Le document {documentId} a été déposé avant que les mots ne soient gardés avec leurs emplacements et leur fiabilité, et son lot est clos.',
    todo: 'Le texte est dans le PDF : « scelle document fetch {documentId} --out FICHIER », puis pdftotext FICHIER.',
  },
  'key-missing': {
    what: "Aucun fichier de clés à l'endroit indiqué par la configuration.",
    todo: 'Lancez « scelle init », ou restaurez le fichier de clés depuis sa sauvegarde.',
  },
  'key-lost': {
    what: "La base a besoin d'un fichier de clés qui n'est pas à sa place ({file}).",
    todo: "Restaurez-le depuis sa sauvegarde : une nouvelle clé n'ouvrirait rien de ce qui existe. Aucune n'a été créée.",
  },
  'key-file-exposed': {
    what: "Le fichier de clés est lisible par d'autres que son propriétaire (mode {mode}).",
    todo: "Mettez son mode à 0600 et cherchez qui a pu le lire : si quelqu'un l'a pu, prenez une nouvelle clé.",
  },
  'key-file-invalid': {
    what: "Le fichier de clés n'est pas de ceux que Scellé écrit : {reason}.",
    todo: 'Restaurez-le depuis sa sauvegarde ; ne le corrigez pas à la main.',
  },
  'key-unavailable': {
    what: 'Le fournisseur de clés ne répond pas.',
    todo: 'Vérifiez qu’il fonctionne. Le travail en cours reprendra de lui-même ; une commande est à relancer.',
  },
  'key-mismatch': {
    what: "Une clé n'ouvre pas ce qui a été protégé pour un autre usage, une autre ligne ou une autre époque.",
    todo: 'Restaurez la clé maîtresse de cette époque depuis sa sauvegarde.',
  },
  'key-destroyed': {
    what: "La clé du patient a été détruite : ce qu'elle scellait n'est plus lisible.",
    todo: 'Le registre dit quand, et par qui.',
  },
  'key-epoch-unknown': {
    what: "La clé maîtresse de l'époque {epoch} n'est pas ici.",
    todo: 'Si la clé a été renouvelée sur une autre machine, mettez à jour le fichier de clés de celle-ci ; sinon restaurez-le depuis sa sauvegarde ou ses parts. Un nouvel essai aura lieu.',
  },
  'key-epoch-retired': {
    what: 'Une clé a été protégée par une clé maîtresse retirée entre-temps.',
    todo: 'Un nouvel essai aura lieu, sous la clé présente ; si cela persiste, mettez à jour le fichier de clés de cette machine.',
  },
  'key-epoch-in-use': {
    what: "La clé maîtresse de l'époque {epoch} protège encore {patients} clé(s) de patient et {batches} clé(s) de lot.",
    todo: "Lancez « scelle keys rewrap », puis retirez-la. Rien n'a été détruit.",
  },
  'key-epoch-current': {
    what: "L'époque {epoch} est la présente : les nouvelles clés sont protégées par elle.",
    todo: "Lancez d'abord « scelle keys rotate » et « scelle keys rewrap ». Rien n'a été détruit.",
  },
  'index-key-missing': {
    what: "Le fournisseur de clés n'a pas de clé d'index : sans elle, aucun patient n'est trouvé.",
    todo: "Laissez l'ancien fournisseur dans la configuration et lancez « scelle keys rotate », qui reprend sa clé d'index.",
  },
  'index-key-differs': {
    what: "La clé d'index n'est pas celle avec laquelle la base a été remplie.",
    todo: "Restaurez l'ancienne : sous celle-ci, aucun patient ne serait trouvé. Rien n'a été changé.",
  },
  'key-provider-refused': {
    what: 'Le fournisseur de clés a refusé ({reason}).',
    todo: "Voyez « When the HSM refuses » dans docs/keys.md. Un code PIN faux n'est pas réessayé avant que son fichier ait changé.",
  },
  'key-store-full': {
    what: "Le fournisseur de clés n'a plus de place pour une clé.",
    todo: "Faites-y de la place (retirez d'anciennes époques) ou faites-le agrandir. Rien n'a été changé.",
  },
  'share-invalid': {
    what: 'Fichier de part n° {share} : {reason}.',
    todo: "Corrigez ce qui est dit, ou prenez la part d'un autre porteur. Rien n'a été écrit.",
  },
  'shares-too-few': {
    what: '{have} part(s) sur {need} nécessaires.',
    todo: "Réunissez davantage de porteurs. Rien n'a été écrit.",
  },
  'shares-disagree': {
    what: "Les parts ne redonnent pas le fichier de clés qu'elles annoncent.",
    todo: "L'une au moins a été modifiée, si entière qu'elle paraisse. Avec une part de plus que nécessaire, la fausse est nommée.",
  },
  'envelope-invalid': {
    what: "L'objet scellé n'est pas une enveloppe CMS écrite par Scellé.",
    todo: 'Comparez son empreinte SHA-256 au registre : il a été modifié ou remplacé.',
  },
  'envelope-not-authentic': {
    what: "L'objet scellé n'est pas authentique : mauvaise clé, ou octet modifié.",
    todo: 'Comparez son empreinte SHA-256 au registre.',
  },
  'storage-away': {
    what: 'Le stockage ne répond pas.',
    todo: 'Vérifiez qu’il fonctionne. Rien n’est libéré entre-temps ; le travail en cours reprendra de lui-même, une commande est à relancer.',
  },
  'storage-refused': {
    what: 'Le stockage a refusé la demande avec le code {reason}.',
    todo: "Vérifiez les identifiants d'accès, le compartiment et son verrouillage d'objets.",
  },
  'object-missing': {
    what: "L'objet n'est pas dans l'archive.",
    todo: "Ouvrez un incident auprès de l'hébergeur : le registre atteste de son dépôt.",
  },
  'deposit-conflict': {
    what: "Un autre objet occupe déjà la clé de ce document dans l'archive.",
    todo: "N'écrasez rien ; comparez les deux empreintes au registre et ouvrez un incident.",
  },
  'deposit-differs': {
    what: "L'objet relu depuis l'archive n'est pas celui qui a été déposé.",
    todo: "Rien n'est libéré. Ouvrez un incident auprès de l'hébergeur.",
  },
  ...evidence,
  usage: {
    what: "La commande n'a pas été comprise : {reason}.",
    todo: 'Voyez « scelle --help ».',
  },
  'configuration-missing': {
    what: "Il n'y a pas de configuration ici.",
    todo: 'Lancez « scelle init », ou indiquez le fichier avec --config.',
  },
  'configuration-invalid': {
    what: 'La configuration comporte {count} erreur(s) : {faults}.',
    todo: 'Corrigez chaque réglage indiqué.',
  },
  'configuration-incomplete': {
    what: 'Il reste {count} réglage(s) à remplir dans la configuration : {settings}.',
    todo: 'Remplacez chaque « FILL-ME-IN » par votre valeur, puis relancez « scelle init ».',
  },
  'organisation-missing': {
    what: "Aucune organisation n'est choisie.",
    todo: 'Indiquez --organisation ID, ou « organisation » dans la configuration ; « scelle organisation list » les donne.',
  },
  'input-unreadable': {
    what: "Le fichier indiqué n'a pas pu être lu ({reason}).",
    todo: 'Vérifiez son chemin et vos droits.',
  },
  'output-refused': {
    what: "Le fichier n'a pas pu être écrit ({reason}).",
    todo: "Vérifiez le chemin, vos droits et la place ; un fichier qui existe déjà n'est jamais remplacé.",
  },
  'database-away': {
    what: 'La base de données ne répond pas.',
    todo: 'Vérifiez que PostgreSQL fonctionne. Le travail en cours reprendra de lui-même ; une commande est à relancer.',
  },
  'database-refused': {
    what: 'La base de données a refusé la connexion ({reason}).',
    todo: 'Vérifiez le nom de la base, le rôle et le mot de passe dans la configuration ; la base doit exister, « scelle init » en crée les tables.',
  },
  'migration-changed': {
    what: "La migration {name} n'est pas celle avec laquelle cette base a été construite.",
    todo: "Remettez le fichier d'origine ; changez les tables par une nouvelle migration.",
  },
  'migration-unknown': {
    what: 'La base contient la migration {name}, inconnue de cette version de Scellé.',
    todo: "Lancez la version de Scellé qui l'a appliquée, ou une plus récente.",
  },
  'role-too-powerful': {
    what: 'Le rôle {role} de la base peut contourner la sécurité au niveau des lignes.',
    todo: 'Retirez-lui SUPERUSER et BYPASSRLS, puis relancez la migration.',
  },
  'queue-away': {
    what: "La file d'attente ne répond pas.",
    todo: 'Vérifiez qu’elle fonctionne. Rien n’est perdu, le travail est dans la base et reprendra de lui-même ; une commande est à relancer.',
  },
  cancelled: {
    what: 'Interrompu avant la fin.',
    todo: 'Le travail des processus se poursuit de lui-même ; une commande est à relancer.',
  },
  unexpected: {
    what: 'Un imprévu est survenu ({kind}).',
    todo: 'Signalez-le avec l’heure et la commande ou l’identifiant en cause. Le travail en cours sera réessayé ; une commande est à relancer.',
  },
}
