import type { ClassifierWords } from '../../api/types'

type Texts = Omit<ClassifierWords, 'id'>

/** The words of a classifier in the reader's language. */
export function inWords(classifier: Texts, language: string): { place: string; category: string; problem: string } {
  return language === 'en'
    ? { place: classifier.place_en, category: classifier.category_en, problem: classifier.problem_en }
    : { place: classifier.place_ru, category: classifier.category_ru, problem: classifier.problem_ru }
}

export function classifierWords(classifier: Texts | null, language: string): string {
  if (!classifier) return ''
  const { category, problem, place } = inWords(classifier, language)
  return `${category} · ${problem} · ${place}`
}

/** What a ticket is called: what somebody wrote, or else the problem its classifier names. Empty: neither. */
export function ticketTitle(ticket: { title: string; classifier: Texts | null }, language: string): string {
  return ticket.title || (ticket.classifier ? inWords(ticket.classifier, language).problem : '')
}
