// Attracts attention when the page is in the background: flashing title, desktop notification.

import i18next from 'i18next'
import { phone as grouped } from '../ui/format'
import { currentPageTitle } from '../ui/PageFrame'

let flashing: ReturnType<typeof setInterval> | null = null
let shown: Notification | null = null

export function startBell(from: string | null): void {
  stopBell()
  const title = i18next.t('phone.ringing_title', { from: from ? grouped(from) : i18next.t('call.hidden_number') })
  let on = true
  document.title = title
  flashing = setInterval(() => {
    on = !on
    document.title = on ? title : currentPageTitle()
  }, 900)
  notify(title, from)
}

export function stopBell(): void {
  if (flashing !== null) {
    clearInterval(flashing)
    document.title = currentPageTitle()
  }
  flashing = null
  shown?.close()
  shown = null
}

function notify(title: string, from: string | null): void {
  if (!('Notification' in window) || Notification.permission !== 'granted' || !document.hidden) return
  shown = new Notification(title, {
    body: from ? grouped(from) : '',
    tag: 'linedesk-ring',
    requireInteraction: true,
    silent: true,
  })
  shown.onclick = () => {
    window.focus()
    shown?.close()
  }
}
