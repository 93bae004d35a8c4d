// Whoever erases does not read clients' cards: what goes, what stays, and what stands against it.

import { Alert, Button, TextInput } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { api } from '../../api/client'
import { freshen } from '../../api/query'
import type { Erasure } from '../../api/types'
import { useMyself } from '../../nouns/me/myself'
import { paths } from '../../paths'
import { Confirm } from '../../ui/Confirm'
import { LINE, oneLine } from '../../ui/limits'
import { Link } from '../../ui/Link'
import { usePageTitle } from '../../ui/PageFrame'
import { Fact, When } from '../../ui/Small'
import { useId } from '../../ui/url'
import { Loaded, ProblemNote } from '../../ui/Wait'

export function ErasurePage() {
  const id = useId()
  const erasure = useQuery({
    queryKey: ['contacts', id, 'erasure'],
    queryFn: () => api.get('/contacts/{id}/erasure', { params: { path: { id } } }),
  })
  return (
    <Loaded query={erasure} lines={8}>
      {(data) => <WithErasure erasure={data} />}
    </Loaded>
  )
}

function WithErasure({ erasure }: { erasure: Erasure }) {
  const { t } = useTranslation()
  usePageTitle(t('contact.erase.title'))
  const against =
    erasure.open_tickets.length + erasure.held_recordings.length + erasure.open_callbacks + erasure.live_calls
  return (
    <div className="stack" style={{ gap: 12, maxWidth: 720 }}>
      <h1>{t('contact.erase.title')}</h1>
      <section className="paper stack pad" style={{ gap: 14 }}>
        <Fact name={t('contact.name')}>{erasure.name || t('contact.erased')}</Fact>
        {erasure.status === 'erased' && (
          <Fact name={t('contact.erased')}>
            <When at={erasure.erased_at} /> · {erasure.erased_reason}
          </Fact>
        )}
        {erasure.merged_into && <Link to={paths.contact(erasure.merged_into)}>{t('contact.merge.open')}</Link>}
        {erasure.status === 'active' && (
          <>
            {against > 0 && <Against erasure={erasure} />}
            <Fact name={t('contact.erase.goes')}>
              {t('contact.erase.goes_what', { recordings: erasure.recordings })}
            </Fact>
            <Fact name={t('contact.erase.stays')}>
              {t('contact.erase.stays_what', { tickets: erasure.tickets, calls: erasure.calls })}
            </Fact>
          </>
        )}
      </section>
      {erasure.status === 'active' && against === 0 && <Ask erasure={erasure} />}
    </div>
  )
}

function Against({ erasure }: { erasure: Erasure }) {
  const { t } = useTranslation()
  const reads = useMyself().permissions.includes('tickets.read')
  return (
    <Alert color="yellow" role="alert" title={t('contact.erase.against')}>
      <div className="stack" style={{ gap: 6 }}>
        {erasure.open_tickets.length > 0 && (
          <span>
            {t('contact.open_tickets')}:{' '}
            {erasure.open_tickets.map((each, index) => (
              <span key={each.id}>
                {index > 0 && ', '}
                {reads ? <Link to={paths.ticket(each.id)}>№ {each.number}</Link> : `№ ${each.number}`}
              </span>
            ))}
          </span>
        )}
        {erasure.held_recordings.length > 0 && (
          <span>{t('contact.erase.held', { number: erasure.held_recordings.length })}</span>
        )}
        {erasure.open_callbacks > 0 && <span>{t('contact.erase.callbacks', { number: erasure.open_callbacks })}</span>}
        {erasure.live_calls > 0 && <span>{t('contact.erase.live')}</span>}
        <span className="muted small">{t('contact.erase.who')}</span>
      </div>
    </Alert>
  )
}

function Ask({ erasure }: { erasure: Erasure }) {
  const { t } = useTranslation()
  const [reason, setReason] = useState('')
  const [asking, setAsking] = useState(false)
  const [busy, setBusy] = useState(false)
  const [refused, setRefused] = useState<unknown>(null)
  const said = oneLine(reason).trim()
  const erase = async () => {
    setBusy(true)
    setRefused(null)
    try {
      const body = { version: erasure.version, reason: said }
      await api.post('/contacts/{id}/erase', { params: { path: { id: erasure.contact_id } }, body })
    } catch (failed) {
      setRefused(failed)
    } finally {
      setBusy(false)
      setAsking(false)
      freshen('contacts')
    }
  }
  return (
    <form
      className="paper pad stack"
      style={{ gap: 12 }}
      onSubmit={(event) => {
        event.preventDefault()
        if (said !== '') setAsking(true)
      }}
    >
      <TextInput
        label={t('contact.erase.reason')}
        description={t('contact.erase.reason_hint')}
        required
        maxLength={LINE}
        value={reason}
        onChange={(event) => setReason(event.currentTarget.value)}
      />
      {refused !== null && <ProblemNote error={refused} />}
      <div>
        <Button color="red" type="submit" disabled={said === ''}>
          {t('contact.erase.do')}
        </Button>
      </div>
      <Confirm
        opened={asking}
        title={t('contact.erase.sure', { name: erasure.name })}
        action={t('contact.erase.do')}
        danger
        busy={busy}
        onYes={() => void erase()}
        onNo={() => setAsking(false)}
      >
        {t('contact.erase.final')}
      </Confirm>
    </form>
  )
}
