import { createContext, type ReactNode, useContext } from 'react'
import { api } from '../../api/client'
import { live } from '../../api/live'
import { queryClient } from '../../api/query'
import type { Me } from '../../api/types'

const MeContext = createContext<Me | null>(null)

export function MeProvider({ me, children }: { me: Me; children: ReactNode }) {
  return <MeContext.Provider value={me}>{children}</MeContext.Provider>
}

/** The person who is logged in; only below Layout. */
export function useMyself(): Me {
  const me = useContext(MeContext)
  if (me === null) throw new Error('useMyself outside the logged-in part')
  return me
}

/** On every machine, and here. */
export async function leaveEverywhere(): Promise<void> {
  try {
    await api.delete('/logins')
  } finally {
    live.stop()
    queryClient.clear()
    location.assign('/login')
  }
}

/** Drafts stay: this person's next log-in at this computer finds them. */
export async function logOut(): Promise<void> {
  try {
    await api.delete('/login')
  } finally {
    live.stop()
    queryClient.clear()
    location.assign('/login')
  }
}
