// Callbacks and undisposed intakes in one list: what the hotline still owes, with its deadlines.

import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { Callback, Intake } from '../../api/types'
import { ScrollX } from '../../ui/ScrollX'
import { CallbackRow } from '../callbacks/CallbackRow'
import { DisposeDialog } from '../intakes/DisposeDialog'
import { INTAKE_LIMIT_MS, IntakeRow } from '../intakes/IntakeRow'

export type Owed =
  { kind: 'callback'; due: number; callback: Callback } | { kind: 'intake'; due: number; intake: Intake }

/** One list, the nearest deadline first. */
export function owedList(callbacks: Callback[], intakes: Intake[]): Owed[] {
  const list: Owed[] = [
    ...callbacks.map((callback): Owed => ({ kind: 'callback', due: Date.parse(callback.due_at), callback })),
    ...intakes.map((intake): Owed => ({
      kind: 'intake',
      due: Date.parse(intake.arrived_at) + INTAKE_LIMIT_MS,
      intake,
    })),
  ]
  return list.sort((a, b) => a.due - b.due)
}

export function OwedTable({ list }: { list: Owed[] }) {
  const { t } = useTranslation()
  const [disposing, setDisposing] = useState<Intake | null>(null)
  return (
    <ScrollX>
      <table className="data cards">
        <thead>
          <tr>
            <th>{t('owed.clock')}</th>
            <th>{t('owed.what')}</th>
            <th>{t('call.from')}</th>
            <th>{t('owed.why')}</th>
            <th>{t('call.arrived')}</th>
            <th />
          </tr>
        </thead>
        <tbody>
          {list.map((owed) =>
            owed.kind === 'callback' ? (
              <CallbackRow key={owed.callback.id} callback={owed.callback} />
            ) : (
              <IntakeRow key={owed.intake.id} intake={owed.intake} onDispose={() => setDisposing(owed.intake)} />
            ),
          )}
        </tbody>
      </table>
      {disposing && <DisposeDialog intake={disposing} onClose={() => setDisposing(null)} />}
    </ScrollX>
  )
}
