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
    continued: (size: number) =>
      `Le registre continue la tête de ${size} entrée${s(size)} que vous avez gardée.`,
    notShown: (size: number) =>
      `Rien ne montre que le registre continue la tête de ${size} entrée${s(size)} que vous avez gardée : demandez une preuve faite avec « --since ${size} ».`,
    certificate: {
      proven: 'Attestation vérifiée : signature et place au registre mènent à ce que vous avez donné.',
      coherent:
        'Signature vérifiée ; la place au registre n’a pas été comparée : donnez avec --ledger-key la clé que vous tenez du registre.',
      faulty:
        'Attestation refusée : elle ne prouve pas ce qu’elle prétend. Demandez-en une autre, et gardez celle-ci.',
    },
    withoutAnchors:
      'Aucun certificat d’autorité n’a été donné (--anchors) : rien dans le fichier ne permet de croire son signataire.',
    signedBy: (signer: string, serial: string) => `signée par « ${signer} » (certificat ${serial})`,
    provenAt: (authority: string, when: string) =>
      `horodatée par « ${authority} » : elle était signée au plus tard le ${when}`,
    notProvenAt: (when: string) =>
      `aucune autorité ne dit quand elle a été signée ; selon elle-même, le ${when}`,
    placed: (index: number, origin: string, size: number) =>
      `repose sur l’entrée ${index} du registre ${origin}, sous une tête de ${size}`,
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
