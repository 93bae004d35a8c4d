import './ui/app.css'
import { MantineProvider } from '@mantine/core'
import { QueryClientProvider } from '@tanstack/react-query'
import { RouterProvider } from '@tanstack/react-router'
import { createRoot } from 'react-dom/client'
import { watchActivity } from './api/activity'
import { api } from './api/client'
import { queryClient } from './api/query'
import { startLanguage } from './i18n'
import { router } from './routes'
import { sweep } from './ui/drafts'
import { theme, variables } from './ui/theme'
import { Toasts } from './ui/toast'

sweep(localStorage, Date.now())
watchActivity()

// /me is requested while the texts and the page are still loading; not on pages without log-in.
if (!/^\/(login|call)/.test(location.pathname))
  void queryClient.prefetchQuery({ queryKey: ['me'], queryFn: () => api.get('/me'), retry: false })

const words = startLanguage()
// The page's script is loaded in parallel with the texts.
void router.load()

void words.then(() => {
  const root = document.getElementById('root')
  if (!root) return
  createRoot(root).render(
    <MantineProvider theme={theme} cssVariablesResolver={variables} defaultColorScheme="auto">
      <QueryClientProvider client={queryClient}>
        <RouterProvider router={router} />
        <Toasts />
      </QueryClientProvider>
    </MantineProvider>,
  )
})
