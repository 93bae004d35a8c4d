// Every URL of the product.

import {
  createRootRoute,
  createRoute,
  createRouter,
  lazyRouteComponent,
  Navigate,
  Outlet,
} from '@tanstack/react-router'
import { useMe } from './api/query'
import { Broken } from './shell/Broken'
import { homeOf } from './shell/can'
import { Layout } from './shell/Layout'
import { Login } from './shell/Login'
import { Lost } from './shell/Lost'

const root = createRootRoute({ component: Outlet, notFoundComponent: Lost })
const inside = createRoute({ getParentRoute: () => root, id: 'inside', component: Layout, notFoundComponent: Lost })

function Home() {
  const me = useMe().data
  return me ? <Navigate to={`/${homeOf(me)}` as never} replace /> : null
}

const page = <M extends Record<string, unknown>>(path: string, load: () => Promise<M>, name: keyof M & string) =>
  createRoute({
    getParentRoute: () => inside,
    path: path as '/',
    component: lazyRouteComponent(load as () => Promise<Record<string, never>>, name),
  })

const tree = root.addChildren([
  createRoute({ getParentRoute: () => root, path: '/login', component: Login }),
  createRoute({
    getParentRoute: () => root,
    path: '/call',
    component: lazyRouteComponent(() => import('./features/caller/CallerPage'), 'CallerPage'),
  }),
  createRoute({
    getParentRoute: () => root,
    path: '/board/wall',
    component: lazyRouteComponent(() => import('./features/board/WallPage'), 'WallPage'),
  }),
  inside.addChildren([
    createRoute({ getParentRoute: () => inside, path: '/', component: Home }),
    page('/desk', () => import('./features/desk/DeskPage'), 'DeskPage'),
    page('/board', () => import('./features/board/BoardPage'), 'BoardPage'),
    page('/tickets', () => import('./features/tickets/TicketsPage'), 'TicketsPage'),
    page('/tickets/new', () => import('./features/tickets/NewTicketPage'), 'NewTicketPage'),
    page('/tickets/$id', () => import('./features/tickets/TicketPage'), 'TicketPage'),
    page('/calls', () => import('./features/calls/CallsPage'), 'CallsPage'),
    page('/calls/$id', () => import('./features/calls/CallPage'), 'CallPage'),
    page('/contacts', () => import('./features/contacts/ContactsPage'), 'ContactsPage'),
    page('/contacts/new', () => import('./features/contacts/NewContactPage'), 'NewContactPage'),
    page('/contacts/$id', () => import('./features/contacts/ContactPage'), 'ContactPage'),
    page('/buildings', () => import('./features/buildings/BuildingsPage'), 'BuildingsPage'),
    page('/buildings/$id', () => import('./features/buildings/BuildingPage'), 'BuildingPage'),
    page('/buildings/$id/grid', () => import('./features/buildings/GridPage'), 'GridPage'),
    page('/classifiers', () => import('./features/classifiers/ClassifiersPage'), 'ClassifiersPage'),
    page('/callbacks', () => import('./features/callbacks/CallbacksPage'), 'CallbacksPage'),
    page('/intakes', () => import('./features/intakes/IntakesPage'), 'IntakesPage'),
    createRoute({ getParentRoute: () => inside, path: '$', component: Lost }),
    page('/profile', () => import('./features/logins/ProfilePage'), 'ProfilePage'),
    page('/audit', () => import('./features/audit/AuditPage'), 'AuditPage'),
    page('/people', () => import('./features/people/PeoplePage'), 'PeoplePage'),
  ]),
])

/** The query of a URL is plain key=value pairs, without JSON: it can be read and typed by hand. */
export const router = createRouter({
  routeTree: tree,
  defaultPreload: false,
  defaultErrorComponent: Broken,
  scrollRestoration: true,
  parseSearch: (text) => Object.fromEntries(new URLSearchParams(text)),
  stringifySearch: (search) => {
    const params = new URLSearchParams()
    for (const [key, value] of Object.entries(search as Record<string, unknown>)) {
      if (value !== undefined && value !== null && value !== '') params.set(key, String(value))
    }
    const tail = params.toString()
    return tail === '' ? '' : `?${tail}`
  },
})
