import { api } from '../../api/client'
import { Button } from '@mantine/core'
import { IconAddressBook, IconPlus } from '@tabler/icons-react'
import { useTranslation } from 'react-i18next'
import { BuildingField } from '../../nouns/buildings/BuildingField'
import { useBuildings } from '../../nouns/buildings/useBuildings'
import { EmptyList, SearchField, StrayFilters } from '../../ui/filters'
import { List } from '../../ui/List'
import { useList } from '../../ui/useList'
import { paths } from '../../paths'
import { phoneDigits } from '../../ui/format'
import { useKeys } from '../../ui/keys'
import { Link, useGo } from '../../ui/Link'
import { PageFrame } from '../../ui/PageFrame'
import { Cut, Phone } from '../../ui/Small'
import { unitName } from '../../ui/unitName'
import { idAmong, useUrl } from '../../ui/url'
import { Empty } from '../../ui/Wait'
import { ScrollX } from '../../ui/ScrollX'

export function ContactsPage() {
  const { t } = useTranslation()
  const go = useGo()
  const [url, set] = useUrl()
  const building = idAmong(useBuildings(), url.building)
  const byPhone = url.q && /^[\d\s()+-]{4,}$/.test(url.q) ? phoneDigits(url.q) : undefined
  const list = useList('contacts', { q: byPhone ? undefined : url.q, phone: byPhone, building }, (query) =>
    api.get('/contacts', { params: { query } }),
  )
  useKeys([{ keys: ['alt+KeyN'], label: t('contact.add'), run: () => go(paths.newContact()) }])
  const icon = <IconAddressBook size={32} stroke={1.3} />
  return (
    <PageFrame
      title={t('place.contacts')}
      actions={
        <Button leftSection={<IconPlus size={16} aria-hidden />} onClick={() => go(paths.newContact())}>
          {t('contact.add')}
          <span className="key-hint">Alt N</span>
        </Button>
      }
      filters={
        <>
          <SearchField url={url} set={set} label={t('contact.search')} placeholder={t('contact.find_hint')} />
          <BuildingField url={url} set={set} />
        </>
      }
    >
      <StrayFilters url={url} set={set} read={{ q: url.q, building }} />
      <List
        list={list}
        empty={
          <EmptyList url={url} set={set} filters={['q', 'building']} icon={icon}>
            <Empty title={t('contact.none')} hint={t('contact.none_hint')} icon={icon}>
              <Button variant="default" onClick={() => go(paths.newContact())}>
                {t('contact.add')}
              </Button>
            </Empty>
          </EmptyList>
        }
      >
        {(items) => (
          <ScrollX>
            <table className="data cards">
              <thead>
                <tr>
                  <th>{t('contact.name')}</th>
                  <th>{t('contact.phones')}</th>
                  <th>{t('contact.units')}</th>
                  <th className="num">{t('contact.open_tickets')}</th>
                </tr>
              </thead>
              <tbody>
                {items.map((contact) => (
                  <tr key={contact.id}>
                    <td style={{ maxWidth: 320 }}>
                      <Link to={paths.contact(contact.id)}>
                        <Cut lines={2}>{contact.full_name}</Cut>
                      </Link>
                      {contact.vip && <span className="muted small">VIP</span>}
                    </td>
                    <td>
                      {contact.phones.map((phone) => (
                        <div key={phone.value}>
                          <Phone value={phone.value} />
                          {phone.shared && <span className="muted small"> · {t('contact.shared')}</span>}
                        </div>
                      ))}
                    </td>
                    <td className="wide" style={{ maxWidth: 380 }}>
                      <Cut>
                        {contact.units.map((unit) => `${unit.building.name}, ${unitName(t, unit)}`).join('; ') || '—'}
                      </Cut>
                    </td>
                    <td
                      className={`num ${contact.open_tickets > 0 ? '' : 'desk-only'}`}
                      data-label={t('contact.open_tickets')}
                    >
                      {contact.open_tickets > 0 ? (
                        <Link to={paths.tickets({ contact: contact.id })}>{contact.open_tickets}</Link>
                      ) : (
                        <span className="muted">0</span>
                      )}
                    </td>
                  </tr>
                ))}
              </tbody>
            </table>
          </ScrollX>
        )}
      </List>
    </PageFrame>
  )
}
