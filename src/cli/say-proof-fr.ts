const s = (count: number): string => (count > 1 ? 's' : '')

/** What `verify` and `proof` say. */
export const proofFr = {
  verify: {
    verdicts: {
      proven: 'Preuve vérifiée : tout mène aux clés que vous avez données.',
      coherent:
        'Preuve cohérente, mais avec la clé que le fichier apporte lui-même : donnez avec --ledger-key celle que vous tenez du registre, ou comparez son empreinte ci-dessous.',
      faulty:
        'Preuve refusée : ce fichier ne prouve pas ce qu’il prétend. Demandez-en un autre, et gardez celui-ci.',
    },
    matched: (file: string, what: string, seq: number, when: string) =>
      `${file} : identique, octet pour octet — ${what} (entrée ${seq}, ${when})`,
    unmatched: (file: string) => `${file} : aucune entrée prouvée ne porte son empreinte`,
  },
  proof: {
    collecting: 'Preuves d’inclusion…',
    written: (file: string, entries: number, size: number) =>
      `${file} : ${entries} entrée${s(entries)} prouvée${s(entries)} sous la tête de taille ${size}. À vérifier avec « scelle verify ${file} », ou avec la page de vérification.`,
    waiting: (count: number) =>
      `${count} entrée${s(count)} plus récente${s(count)} n’y ${count > 1 ? 'sont' : 'est'} pas encore : la tête publiée ne ${count > 1 ? 'les' : 'la'} couvre pas. Redemandez la preuve dans une minute.`,
    untimed: 'Aucun jeton d’horodatage n’y figure encore : voyez « scelle evidence status ».',
  },
}
