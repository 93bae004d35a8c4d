import type words from './en.json'

declare module 'i18next' {
  interface CustomTypeOptions {
    resources: { translation: typeof words }
    returnNull: false
  }
}
