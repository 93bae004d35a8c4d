import './ui/app.css'
import { MantineProvider } from '@mantine/core'
import { QueryClientProvider } from '@tanstack/react-query'
import { RouterProvider } from '@tanstack/react-router'
import { createRoot } from 'react-dom/client'
import { queryClient } from './api/query'
import { startLanguage } from './i18n'
import { router } from './routes'
import { sweep } from './ui/drafts'
import { theme, variables } from './ui/theme'
import { Toasts } from './ui/toast'

sweep(localStorage, Date.now())

void startLanguage().then(() => {
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
