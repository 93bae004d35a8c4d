// Callbacks and undisposed intakes in one list: what is to be followed up, by deadline.

import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { Callback, Intake } from '../../api/types'
import { ScrollX } from '../../ui/ScrollX'
import { CallbackRow } from '../callbacks/CallbackRow'
import { DisposeDialog } from '../intakes/DisposeDialog'
import { INTAKE_LIMIT_MS, IntakeRow } from '../intakes/IntakeRow'

export type FollowUp =
  { kind: 'callback'; due: number; callback: Callback } | { kind: 'intake'; due: number; intake: Intake }

/** One list, the nearest deadline first. */
export function followUps(callbacks: Callback[], intakes: Intake[]): FollowUp[] {
  const list: FollowUp[] = [
    ...callbacks.map((callback): FollowUp => ({ kind: 'callback', due: Date.parse(callback.due_at), callback })),
    ...intakes.map((intake): FollowUp => ({
      kind: 'intake',
      due: Date.parse(intake.arrived_at) + INTAKE_LIMIT_MS,
      intake,
    })),
  ]
  return list.sort((a, b) => a.due - b.due)
}

export function FollowUpTable({ list }: { list: FollowUp[] }) {
  const { t } = useTranslation()
  const [disposing, setDisposing] = useState<Intake | null>(null)
  return (
    <ScrollX>
      <table className="data cards">
        <thead>
          <tr>
            <th>{t('followup.clock')}</th>
            <th>{t('followup.what')}</th>
            <th>{t('call.from')}</th>
            <th>{t('followup.why')}</th>
            <th>{t('call.arrived')}</th>
            <th>
              <span className="visually-hidden">{t('table.actions')}</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {list.map((each) =>
            each.kind === 'callback' ? (
              <CallbackRow key={each.callback.id} callback={each.callback} />
            ) : (
              <IntakeRow key={each.intake.id} intake={each.intake} onDispose={() => setDisposing(each.intake)} />
            ),
          )}
        </tbody>
      </table>
      {disposing && <DisposeDialog intake={disposing} onClose={() => setDisposing(null)} />}
    </ScrollX>
  )
}
