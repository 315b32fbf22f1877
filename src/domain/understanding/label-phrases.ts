/** What stands behind a label: a fact of a person, or somebody who is not the one whose page it is. */
export type LabelKind =
  | 'birth-name'
  | 'usage-name'
  | 'name'
  | 'given-names'
  | 'birth-date'
  | 'nir'
  | 'file-number'
  | 'subject'
  | 'relative'
  | 'professional'
  | 'elsewhere'

/** Phrases with commas between them. */
const listed = (text: string): readonly string[] => text.split(/,\s+/)

/**
 * Phrases that announce a fact. `subject` ones name the person whose page it is, or open the part of a form about them;
 * `relative` and `professional` ones somebody else. `elsewhere` ends what went before: a date behind it is no birth.
 */
export const labelPhrases: Readonly<Record<LabelKind, readonly string[]>> = {
  'birth-name':
    listed(`nom de naissance, nom de famille, nom patronymique, nom de jeune fille, nom naissance, nom patronyme,
    nom de naiss, née, nom et prénom de naissance`),
  'usage-name': listed(`nom d'usage, nom marital, nom d'épouse, nom usuel, nom d'époux, nom utilisé, épouse`),
  name: listed(`nom, nom prénom, nom et prénom, nom et prénoms, nom prénoms, noms et prénoms, prénom nom,
    prénom et nom, nom du patient, nom de la patiente, nom du salarié, nom de la salariée,
    nom de l'assuré, nom de l'assurée, nom du bénéficiaire, nom de l'adhérent, nom du malade,
    nom et prénom du patient, nom et prénom du salarié, nom du travailleur, nom de l'intéressé,
    nom et prénom de l'assuré, nom et prénom du bénéficiaire, identité du patient, nom du sujet`),
  'given-names': listed(`prénom, prénoms, premier prénom, 1er prénom, prénom usuel, prénom utilisé`),
  'birth-date':
    listed(`né le, née le, né(e) le, né (e) le, date de naissance, date naissance, date de naiss, ddn,
    naissance le, naissance`),
  nir: listed(`n° de sécurité sociale, numéro de sécurité sociale, n° sécurité sociale, n° ss, nir, n° sécu,
    n° d'immatriculation, numéro d'immatriculation, n° immatriculation, matricule ins, ins, n° insee,
    n° d'assuré, n° de l'assuré, numéro d'assuré social, n° assuré, immatriculation`),
  'file-number': listed(`dossier, n° de dossier, n° dossier, numéro de dossier, dossier n°, dossier numéro`),
  subject:
    listed(`patient, patiente, salarié, salariée, salarié(e), assuré, assurée, assuré(e), bénéficiaire, concerne,
    concernant, identité, adhérent, adhérente, adhérent(e), travailleur, intéressé,
    bénéficiaire des soins, identification du patient, identification du salarié, le patient,
    la patiente, identification du bénéficiaire, identification de l'assuré, assuré principal,
    votre patient, votre patiente, le salarié, la salariée, personne recevant les soins,
    identité du salarié`),
  relative:
    listed(`conjoint, conjointe, nom du conjoint, nom de la conjointe, nom et prénom du conjoint, ayant droit,
    ayants droit, enfant, enfants, enfant à charge, personne à prévenir, personne de confiance,
    personne à contacter, représentant légal, père, mère, nom du père, nom de la mère, tuteur,
    nom du représentant légal, nom de l'enfant, époux, contact en cas d’urgence, nom de la personne,
    nom de la personne à prévenir, partenaire, concubin, concubine, autre bénéficiaire,
    antécédents familiaux`),
  professional:
    listed(`médecin, médecin traitant, nom du médecin, médecin du travail, nom du médecin du travail, docteur,
    nom du médecin traitant, prescripteur, nom du prescripteur, adressé par, adressée par, destinataire,
    employeur, nom de l'employeur, entreprise, nom de l'entreprise, établissement, raison sociale,
    nom de l'établissement, correspondant, rédacteur, signataire, nom du signataire, infirmière,
    nom de l'infirmière, infirmier, secrétaire, assistante, responsable, nom du responsable, biologiste,
    nom du laboratoire, laboratoire, nom du praticien, praticien, nom du professionnel, chirurgien,
    organisme, mutuelle, assureur, complémentaire, nom du produit, nom commercial, interne, copie à,
    professeur, dr, pr, validé par, rédigé par, vu par, signé par, interlocuteur, conseiller,
    nom et signature, nom et cachet, nom du représentant, nom et qualité, nom de la mutuelle, technicien,
    nom du tuteur en entreprise, nom du préleveur, préleveur, nom du chef de service, expéditeur`),
  elsewhere:
    listed(`date, le, poste, poste de travail, emploi, sexe, adresse, téléphone, objet, motif, profession,
    naissance à, lieu de naissance, né à, née à, né(e) à, commune, prélèvement du, date de la visite,
    date de l'examen, mise à jour, horaires, taille, poids, code postal, ville, mail, courriel, tél, âge,
    demande du, reçu le, édité le, n° de contrat, n° d'adhérent, situation familiale, nationalité,
    fonction, qualité, service, unité, page, réf, références, rang de naissance, rang`),
}
