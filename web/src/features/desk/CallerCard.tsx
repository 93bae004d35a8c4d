import { Badge } from '@mantine/core'
import { IconHelpCircle, IconStar } from '@tabler/icons-react'
import { useTranslation } from 'react-i18next'
import type { Candidate, CardUnit, Card } from '../../api/types'
import { word } from '../../i18n'
import { Waited } from '../../nouns/calls/Waited'
import { useQueueName } from '../../nouns/queues/useQueueName'
import { paths } from '../../paths'
import { phone } from '../../ui/format'
import { useKeys } from '../../ui/keys'
import { Link } from '../../ui/Link'
import { sectionName, unitName } from '../../ui/unitName'
import { Fact, Phone, When } from '../../ui/Small'
import { useRadios } from '../../ui/useRadios'
import css from './Conversation.module.css'

export interface Who {
  contact: { id: string; name: string } | null
  unit: { id: string; label: string; kind?: string; building: { id: string; name: string } } | null
}

interface Choice {
  candidate: Candidate
  unit: CardUnit | null
}

/** All contacts and units with this number. With several, the dispatcher chooses. */
export function CallerCard({
  card,
  who,
  digits,
  onWho,
}: {
  card: Card
  who: Who
  /** A digit alone chooses; with Alt it always does. */
  digits: boolean
  onWho: (who: Who) => void
}) {
  const { t } = useTranslation()
  const queueName = useQueueName()
  const choices: Choice[] = card.candidates.flatMap((candidate): Choice[] =>
    candidate.units.length > 0 ? candidate.units.map((unit) => ({ candidate, unit })) : [{ candidate, unit: null }],
  )
  const pick = ({ candidate, unit }: Choice) =>
    onWho({
      contact: { id: candidate.contact.id, name: candidate.contact.name },
      unit: unit
        ? {
            id: unit.id,
            label: unit.label,
            kind: unit.kind,
            building: { id: unit.building.id, name: unit.building.name },
          }
        : null,
    })
  useKeys(
    choices
      .slice(0, 9)
      .map((choice, index) => ({
        keys: [`alt+Digit${index + 1}`, ...(digits ? [`Digit${index + 1}`] : [])],
        label: t('desk.choose', {
          who: `${choice.candidate.contact.name}${choice.unit ? `, ${unitName(t, choice.unit)}` : ''}`,
        }),
        group: t('place.desk'),
        run: () => pick(choice),
      })),
  )
  const chosen = (choice: Choice) =>
    who.contact?.id === choice.candidate.contact.id && (who.unit?.id ?? null) === (choice.unit?.id ?? null)
  const radios = useRadios(
    choices.map(({ candidate }) => candidate.contact.name),
    choices.findIndex(chosen),
    (index) => {
      const choice = choices[index]
      if (choice) pick(choice)
    },
  )
  return (
    <section className="paper" aria-label={t('desk.caller')}>
      <div className={css.head}>
        <h2>{t('desk.caller')}</h2>
      </div>
      <div className="stack pad" style={{ gap: 12 }}>
        <div>
          <div className="strong num" style={{ fontSize: '1.25rem' }}>
            {card.number ? phone(card.number) : t('call.hidden_number')}
          </div>
          <div className="muted small">
            {[
              queueName(card.call.queue),
              t('desk.dialled', { number: card.call.dialled }),
              card.call.locale ? word(t, 'language', card.call.locale) : '',
            ]
              .filter(Boolean)
              .join(' · ')}
          </div>
        </div>
        {!card.certain && choices.length > 1 && (
          <div className="row" style={{ color: 'var(--ld-soon)' }} role="status">
            <IconHelpCircle size={18} aria-hidden />
            <span>{t('desk.shared', { count: choices.length })}</span>
          </div>
        )}
        {choices.length === 0 && (
          <div className="muted">
            {card.number ? (
              <>
                {t('desk.unknown')}{' '}
                <Link to={paths.newContact({ phone: card.number, call: card.call.id })}>{t('contact.add')}</Link>
              </>
            ) : (
              t('desk.hidden')
            )}
          </div>
        )}
        <div {...radios.group} aria-label={t('desk.candidates')} className="stack">
          {choices.map((choice, index) => (
            <button
              key={`${choice.candidate.contact.id}${choice.unit?.id ?? ''}`}
              type="button"
              {...radios.radio(index)}
              className={css.candidate}
            >
              {index < 9 && (
                <span className={`${css.key} num`} aria-hidden>
                  Alt {index + 1}
                </span>
              )}
              <span className="grow">
                <span className="row wrap" style={{ gap: 6 }}>
                  <span className="strong">{choice.candidate.contact.name}</span>
                  {choice.candidate.contact.vip && (
                    <Badge size="sm" leftSection={<IconStar size={11} aria-hidden />}>
                      VIP
                    </Badge>
                  )}
                  {choice.candidate.contact.language !== 'ru' && (
                    <Badge size="sm" variant="outline">
                      {choice.candidate.contact.language.toUpperCase()}
                    </Badge>
                  )}
                </span>
                {choice.unit && (
                  <span className="small" style={{ display: 'block' }}>
                    <b>{unitName(t, choice.unit)}</b> · {choice.unit.building.name}
                    <span className="muted">
                      {' '}
                      ·{' '}
                      {[
                        sectionName(t, choice.unit.section),
                        choice.unit.floor ? t('unit.floor_n', { name: choice.unit.floor }) : null,
                        word(t, 'contact.roles', choice.unit.role),
                      ]
                        .filter(Boolean)
                        .join(', ')}
                    </span>
                  </span>
                )}
              </span>
            </button>
          ))}
        </div>
        {who.contact && (
          <div className="stack tight">
            {card.candidates.find((each) => each.contact.id === who.contact?.id)?.contact.note && (
              <div className={css.note}>
                {card.candidates.find((each) => each.contact.id === who.contact?.id)?.contact.note}
              </div>
            )}
            <Link to={paths.contact(who.contact.id)}>{t('contact.open_card')}</Link>
          </div>
        )}
        <Fact name={t('call.arrived')}>
          <When at={card.call.arrived_at} /> · <Link to={paths.call(card.call.id)}>{t('call.open')}</Link>
        </Fact>
        {card.call.answered_at !== null && (
          <Fact name={t('desk.waited')}>
            <Waited call={card.call} parts={card.parts} />
          </Fact>
        )}
        {card.number === null && card.call.from_name && (
          <Fact name={t('call.from_name')}>
            <Phone value={card.call.from_name} />
          </Fact>
        )}
      </div>
    </section>
  )
}
