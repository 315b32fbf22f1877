const s = (count: number): string => (count > 1 ? 's' : '')

/** What is said of the public form of the ledger. */
export const publicLedgerFr = {
  archiveColumns: ['archive', 'état'],
  witnessColumns: ['témoin', 'exigé', 'a signé', 'le'],
  standings: {
    fine: (size: number, behind: number) =>
      behind > 0 ? `${size} entrées publiées, ${behind} à venir` : `${size} entrées publiées`,
    behind: (size: number, missing: number) =>
      `${size} entrées publiées : il en manque ${missing} à la base, restaurée dans un état plus ancien`,
    contradiction: (size: number) =>
      `tête signée à ${size} entrées, que la base contredit : il y a deux histoires`,
    invalid: (reason: string) => `tête publiée illisible, ou signée par une autre clé (${reason})`,
    away: (code: string) => `ne répond pas (${code})`,
  },
  proven: (seq: number, size: number, file: string) =>
    `Entrée ${seq} prouvée sous la tête à ${size} entrées : ${file}`,
  checked: (seq: number, size: number, origin: string) =>
    `L'entrée ${seq} est sous la tête à ${size} entrées de ${origin}.`,
  signedBy: (name: string, at: string) => `Le témoin ${name} a signé cette tête le ${at}.`,
  requested: (file: string) =>
    `Demande écrite dans ${file} : remettez-la au témoin, qui y répond par « scelle witness sign ».`,
  cosigned: (names: string, size: number) => `Tête à ${size} entrées signée par : ${names}.`,
  recovered: (entries: number, events: number, files: number) =>
    `${entries} entrée${s(entries)} remise${s(entries)}, dont ${events} pour des événements que la base avait encore ; ${files} fichier${s(files)} publié${s(files)} réécrit${s(files)}.`,
  needsPerson:
    "Rien n'est réparé : deux histoires se contredisent. Conservez la base et l'archive en l'état, et appelez le contact sécurité (SECURITY.md).",
  canRepair: '« scelle ledger recover --repair » remet ce qui manque, après vérification.',
}

export const witnessFr = {
  made: (name: string) =>
    `Témoin ${name} créé. Donnez cette clé à ceux qui se fient à lui, et gardez sa mémoire : sans elle, il ne signe plus.`,
  verifierKey: 'Clé de vérification',
  columns: ['registre', 'entrées', 'racine'],
  listening: (host: string, port: number) => `Témoin à l'écoute sur http://${host}:${port}`,
  signed: (origin: string, size: number, file: string) =>
    `Tête de ${origin} à ${size} entrées signée : ${file}`,
}
