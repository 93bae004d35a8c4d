// A thing being edited: its draft, what is wrong with it, saving it, and what the server refused.

import { type FormErrors, useForm, type UseFormReturnType } from '@mantine/form'
import { useContext, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { asProblem, newerOf, type Problem } from '../api/problem'
import { saidOf } from '../i18n'
import { DraftOwner, drop, keep, kept } from './drafts'
import { toFirstFault } from './toFirstFault'

/** A draft: what was typed, what it was made from, and the version that was. */
interface Draft<V> {
  values: V
  base: V
  version: number
}

export interface Edit<V extends object> {
  form: UseFormReturnType<V>
  /** The values at the beginning, also when the draft is older than this page: tells a change of ours from theirs. */
  base: V
  version: number
  /** What is shown was typed before and not saved. */
  restored: boolean
  discard: () => void
  busy: boolean
  /** What the server refused and no field says. */
  refused: Problem | null
  submit: () => void
  /** Begins anew from what somebody else saved. */
  rebase: (values: V, version: number) => void
  /** Sends these values over that version: after a conflict was resolved. */
  send: (values: V, version: number) => Promise<void>
}

export interface EditOptions<V extends object> {
  /** The name of the draft. */
  draft: string
  initial: () => V
  /** Of what is edited; 0 when it is new. */
  version?: number
  /** Fields that no draft keeps. */
  secret?: (keyof V)[]
  /** What is wrong, by field. Before the first try to save (`tried`) nothing is missing yet. */
  faults: (values: V, tried: boolean) => FormErrors
  /** False: not saved, and the dialog says why by itself. */
  save: (values: V, version: number) => Promise<boolean | void>
}

export function useEdit<V extends object>(options: EditOptions<V>): Edit<V> {
  const { t } = useTranslation()
  const owner = useContext(DraftOwner)
  const [begun, setBegun] = useState(() => begin(owner, options))
  const [tried, setTried] = useState(false)
  const [busy, setBusy] = useState(false)
  const [refused, setRefused] = useState<Problem | null>(null)
  const { base, version } = begun
  const form = useForm<V>({
    initialValues: begun.values,
    clearInputErrorOnChange: false,
    validate: (values) => options.faults(values, true),
    onValuesChange: (values) => {
      keep<Draft<V>>(localStorage, owner, options.draft, { values: without(values, options.secret), base, version })
      form.setErrors(options.faults(values, tried))
    },
  })
  const fail = (failed: unknown) => {
    const problem = asProblem(failed)
    const newer = newerOf(failed)
    // Somebody else saved meanwhile: ours goes on top of theirs only when it is sent again.
    if (newer !== null) setBegun((old) => ({ ...old, version: newer.version }))
    const [beside, rest] = apart(problem, form.getValues(), (message) => capital(saidOf(t, message)))
    form.setErrors(beside)
    setRefused(rest)
    setBusy(false)
    if (Object.keys(beside).length > 0) toFirstFault()
  }
  const send = async (values: V, against: number) => {
    setBusy(true)
    setRefused(null)
    try {
      if ((await options.save(values, against)) === false) setBusy(false)
      else drop(localStorage, owner, options.draft)
    } catch (failed) {
      fail(failed)
    }
  }
  const submit = () => {
    setTried(true)
    if (busy) return
    if (form.validate().hasErrors) toFirstFault()
    else void send(form.getValues(), version)
  }
  const rebase = (values: V, newer: number) => {
    form.setValues(values)
    drop(localStorage, owner, options.draft)
    setBegun({ values, base: values, version: newer, restored: false })
    setRefused(null)
  }
  const discard = () => {
    rebase(options.initial(), options.version ?? 0)
    form.clearErrors()
    setTried(false)
  }
  return { form, base, version, restored: begun.restored, discard, rebase, busy, refused, submit, send }
}

const capital = (said: string) => said.charAt(0).toUpperCase() + said.slice(1)

function fresh<V extends object>({ initial, version = 0 }: EditOptions<V>): Draft<V> {
  const values = initial()
  return { values, base: values, version }
}

function begin<V extends object>(owner: string, options: EditOptions<V>): Draft<V> & { restored: boolean } {
  const start = fresh(options)
  const old = kept<Draft<V>>(localStorage, owner, options.draft)
  // where all fields are secret, nothing was kept of them
  if (old === null || Object.keys(old.values).length === 0) return { ...start, restored: false }
  return { ...old, values: { ...start.values, ...old.values }, restored: true }
}

function without<V extends object>(values: V, fields: (keyof V)[] = []): V {
  const rest = { ...values }
  for (const field of fields) delete rest[field]
  return rest
}

/** What was refused of fields that the form has goes beside them; the rest stays in the problem. */
export function apart(problem: Problem, values: object, say: (message: string) => string): [FormErrors, Problem] {
  const beside: FormErrors = {}
  const rest = problem.errors.filter(({ field, message }) => {
    const path = field.replace(/\[(\d+)\]/g, '.$1').replace(/_(\w)/g, (_, letter: string) => letter.toUpperCase())
    const place = [field.replace(/\[(\d+)\]/g, '.$1'), path].find((each) => has(values, each))
    if (place === undefined || place === 'id') return true
    beside[place] = say(message)
    return false
  })
  return [beside, problem.with(rest)]
}

function has(values: unknown, path: string): boolean {
  let at = values
  for (const name of path.split('.')) {
    if (typeof at !== 'object' || at === null || !(name in at)) return false
    at = Reflect.get(at, name)
  }
  return true
}
