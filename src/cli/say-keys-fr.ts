import type { KeysStatus } from '../commands/keys-status.ts'

const s = (count: number): string => (count > 1 ? 's' : '')

/** Everything that is said of master keys. */
export const keysFr = {
  columns: ['époque', 'où', 'clés de patient', 'clés de lot', 'connue depuis', 'mise en parts le'],
  present: '(présente)',
  providers: { local: 'fichier local', pkcs11: 'HSM' },
  retired: (at: string) => `retirée le ${at}`,
  away: (provider: string, code: string) => `${provider} : ne répond pas (${code}).`,
  index: {
    agrees: "La clé d'index est celle avec laquelle la base a été remplie.",
    differs:
      "La clé d'index N'EST PAS celle avec laquelle la base a été remplie : aucun patient ne serait trouvé.",
    missing: "Il n'y a pas de clé d'index : aucun patient n'est trouvé.",
    away: "La clé d'index n'a pas pu être vérifiée.",
    untold:
      "La clé d'index n'a encore jamais été vérifiée : « scelle init » ou « scelle keys rotate » la retiendra.",
  } satisfies Record<KeysStatus['index'], string>,
  lost: (count: number) =>
    `${count} clé${s(count)} sous une époque que personne n'a ici : ce qu'elle${s(count)} protège${count > 1 ? 'nt' : ''} ne peut pas être lu. Restaurez la clé de cette époque.`,
  rewrapNext: 'Ensuite : « scelle keys rewrap », qui peut tourner pendant le travail.',
  retireNext: (epoch: number) =>
    `Plus rien n'est protégé par l'époque ${epoch} : « scelle keys retire ${epoch} » détruit sa clé.`,
  escrowNext: (epoch: number) =>
    `La clé de l'époque ${epoch} n'est pas mise en parts : « scelle keys escrow --shares 5 --threshold 3 --out DOSSIER ».`,
  rotated: (epoch: number, provider: string) => `Nouvelle clé maîtresse : époque ${epoch}, ${provider}.`,
  indexMoved: "La clé d'index a été reprise de l'ancien fournisseur.",
  bringToOthers:
    'Sauvegardez le fichier de clés maintenant, et portez-le sur toutes les autres machines : ce que celle-ci protège désormais ne se lit pas ailleurs sans lui.',
  rewrapping: 'Nouvelle protection des clés',
  rewrapped: (patients: number, batches: number, epoch: number) =>
    `${patients} clé${s(patients)} de patient et ${batches} clé${s(batches)} de lot protégées par l'époque ${epoch}.`,
  notRewrapped: (count: number, code: string) =>
    `${count} clé${s(count)} laissée${s(count)} telle${s(count)} quelle${s(count)} (${code}).`,
  interrupted: 'Interrompu : relancez la commande, elle reprendra où elle en est.',
  confirmRetire: (epoch: number) =>
    `La clé de l'époque ${epoch} sera détruite ; les sauvegardes de la base faites avant la nouvelle protection ne se liront plus sans une copie de cette clé. Tapez ${epoch} pour confirmer :`,
  notRetired: "Pas confirmé : rien n'a été détruit.",
  retiredNow: (epoch: number) => `La clé maîtresse de l'époque ${epoch} est détruite ici.`,
  copiesRemain:
    "Ses copies et ses parts existent encore : détruisez-les quand plus aucune sauvegarde de la base n'en dépend.",
  shareFile: (index: number, count: number) => `part-${index}-sur-${count}.txt`,
  escrowed: (shares: number, threshold: number, epochs: string) =>
    `${shares} parts, dont ${threshold} suffisent ; époques ${epochs}. Leur réunion a été vérifiée.`,
  printShares:
    'Imprimez chaque fichier, remettez-le à son porteur sous enveloppe, puis effacez le dossier : tant que les parts sont ensemble, elles valent la clé.',
  recovered: (file: string, epochs: string) => `Clé maîtresse retrouvée dans ${file} ; époques ${epochs}.`,
  wrongShare: (position: number) =>
    `La part donnée en position ${position} a été modifiée, si entière qu'elle paraisse : elle n'a pas servi. Cherchez pourquoi.`,
  compareDigest:
    "Comparez l'empreinte avec celle qui est imprimée sur les parts, puis mettez le fichier à la place que dit « keys.master ».",
  shareReasons: {
    'not-a-share': () => "ce n'est pas une part de Scellé",
    'line-missing': (line: number) => `la ligne ${line} manque ou n'est pas à sa place`,
    'line-damaged': (line: number) => `la ligne ${line} est abîmée ou mal recopiée`,
    incomplete: () => 'il lui manque des lignes à la fin',
    'other-set': () => "elle est d'un autre jeu que les autres",
    twice: () => 'la même part est donnée deux fois',
  } as Readonly<Record<string, (line: number) => string>>,
}

export type KeysSay = typeof keysFr
