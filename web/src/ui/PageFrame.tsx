import { type ReactNode, useEffect } from 'react'

/** Title, what can be done here, filters, content: the same four places on every page. */
export function PageFrame({
  title,
  note,
  actions,
  filters,
  children,
}: {
  title: string
  note?: ReactNode
  actions?: ReactNode
  filters?: ReactNode
  children: ReactNode
}) {
  usePageTitle(title)
  return (
    <div className="stack" style={{ gap: 12 }}>
      <div className="row wrap between">
        <div className="row wrap" style={{ alignItems: 'baseline' }}>
          <h1>{title}</h1>
          {note && <span className="muted">{note}</span>}
        </div>
        {actions && <div className="row wrap">{actions}</div>}
      </div>
      {filters && (
        <div className="row wrap" role="search">
          {filters}
        </div>
      )}
      {children}
    </div>
  )
}

let pageTitle = 'Linedesk'

export function currentPageTitle(): string {
  return pageTitle
}

export function usePageTitle(title: string): void {
  useEffect(() => {
    pageTitle = title === '' ? 'Linedesk' : `${title} · Linedesk`
    document.title = pageTitle
  }, [title])
}
