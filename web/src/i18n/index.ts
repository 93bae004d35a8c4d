// Two languages, complete, switched without a reload. Words live in ru.json and en.json.

import i18next, { type TFunction } from 'i18next'
import { initReactI18next } from 'react-i18next'
import type { FieldError, Problem } from '../api/problem'

export type Language = 'ru' | 'en'

const KEPT = 'linedesk.language'

const load: Record<Language, () => Promise<{ default: object }>> = {
  ru: () => import('./ru.json'),
  en: () => import('./en.json'),
}

function remembered(): Language | null {
  const kept = localStorage.getItem(KEPT)
  return kept === 'ru' || kept === 'en' ? kept : null
}

export function language(): Language {
  return i18next.language === 'en' ? 'en' : 'ru'
}

export async function startLanguage(): Promise<void> {
  const first: Language =
    remembered() ?? (navigator.language.startsWith('ru') ? 'ru' : document.documentElement.lang === 'en' ? 'en' : 'ru')
  const words = (await load[first]()).default
  await i18next
    .use(initReactI18next)
    .init({
      lng: first,
      resources: { [first]: { translation: words } },
      interpolation: { escapeValue: false },
      returnNull: false,
    })
  document.documentElement.lang = first
}

export async function setLanguage(next: Language): Promise<void> {
  if (!i18next.hasResourceBundle(next, 'translation')) {
    i18next.addResourceBundle(next, 'translation', (await load[next]()).default)
  }
  await i18next.changeLanguage(next)
  localStorage.setItem(KEPT, next)
  document.documentElement.lang = next
}

/** A word for a value the server may extend: unknown values are shown as they are, never as a key. */
export function word(t: TFunction, group: string, value: string | null | undefined): string {
  if (!value) return ''
  return String(t(`${group}.${value}` as never, { defaultValue: value.replaceAll('_', ' ') } as never))
}

/** What happened and what to do about it, in the reader's language where we know the problem. */
export function remedyOf(t: TFunction, problem: Problem): { title: string; remedy: string } {
  const known = String(t(`problem.${problem.slug}.title` as never, { defaultValue: '' } as never))
  const remedy = String(
    t(
      `problem.${problem.slug}.remedy` as never,
      {
        defaultValue: '',
        seconds: problem.retryAfter ?? 30,
        detail: /: (.*)\.$/.exec(problem.detail)?.[1] ?? '',
      } as never,
    ),
  )
  if (known) return { title: known, remedy }
  if (problem.title) return { title: problem.title, remedy: problem.detail }
  return {
    title: t('problem.unexpected.title'),
    remedy: problem.detail || t('problem.unexpected.remedy', { status: problem.status || '—' }),
  }
}

/** The server says in English what is wrong with a field; its sentences are few, and each has our words. */
export function sentenceKey(message: string): string {
  // A value outside a closed set is an error of the program: people choose from lists.
  if (message.startsWith('must be one of ')) return 'must-be-one-of'
  return message
    .toLowerCase()
    .replace(/\d+/g, 'n')
    .replace(/[^a-z]+/g, '-')
    .replace(/^-|-$/g, '')
}

export function saidOfField(t: TFunction, error: FieldError): string {
  // Deep inside a document the last name says what it is: sections[0].floors[2].name.
  const path = error.field.replace(/\[\d+\]/g, '')
  const known = String(t(`problem.field.${path.replaceAll('.', '_')}` as never, { defaultValue: '' } as never))
  const name = known || word(t, 'problem.field', path.split('.').pop())
  const said = saidOf(t, error.message)
  return name === '' ? said : `${name}: ${said}`
}

/** The same without the field's name: beside the field. */
export function saidOf(t: TFunction, message: string): string {
  return String(
    t(
      `problem.said.${sentenceKey(message)}` as never,
      { defaultValue: message, n: /\d+/.exec(message)?.[0] ?? '' } as never,
    ),
  )
}
