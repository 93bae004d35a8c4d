// The only way to make a URL.

type Query = Record<string, string | number | boolean | null | undefined>

function withQuery(path: string, query: Query): string {
  const search = new URLSearchParams()
  for (const [key, value] of Object.entries(query)) {
    if (value !== undefined && value !== null && value !== '') search.set(key, String(value))
  }
  const tail = search.toString()
  return tail === '' ? path : `${path}?${tail}`
}

export const paths = {
  login: (back?: string) => withQuery('/login', { back }),
  caller: () => '/call',
  desk: (call?: string | null) => withQuery('/desk', { call }),
  board: () => '/board',
  wall: () => '/board/wall',
  tickets: (query: Query = {}) => withQuery('/tickets', query),
  ticket: (id: string) => `/tickets/${id}`,
  newTicket: (query: Query = {}) => withQuery('/tickets/new', query),
  calls: (query: Query = {}) => withQuery('/calls', query),
  call: (id: string) => `/calls/${id}`,
  contacts: (query: Query = {}) => withQuery('/contacts', query),
  contact: (id: string, query: Query = {}) => withQuery(`/contacts/${id}`, query),
  newContact: (query: Query = {}) => withQuery('/contacts/new', query),
  buildings: () => '/buildings',
  building: (id: string, query: Query = {}) => withQuery(`/buildings/${id}`, query),
  callbacks: (query: Query = {}) => withQuery('/callbacks', query),
  intakes: (query: Query = {}) => withQuery('/intakes', query),
  buildingGrid: (id: string) => `/buildings/${id}/grid`,
  classifiers: (query: Query = {}) => withQuery('/classifiers', query),
  profile: () => '/profile',
  audit: (query: Query = {}) => withQuery('/audit', query),
  people: (query: Query = {}) => withQuery('/people', query),
} as const
