import { QueryClient, QueryClientProvider } from '@tanstack/react-query'
import { RouterProvider } from '@tanstack/react-router'
import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { ApiError } from './api/problem'
import { onSession } from './api/session'
import { Boundary } from './kit/Boundary'
import { Toasts } from './kit/Toast'
import { TooltipProvider } from './kit/Tooltip'
import { router } from './router'
import './kit/base.css'

const queries = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 10_000,
      // A 4xx will be the same next time; only what may pass is asked again.
      retry: (failures, error) => failures < 2 && !(error instanceof ApiError && error.problem.status < 500),
    },
  },
})

onSession((signedIn) => {
  if (signedIn) return
  queries.clear()
  const { pathname, href } = router.state.location
  if (pathname !== '/login') void router.navigate({ to: '/login', search: { next: href, ended: '1' } })
})

const root = document.getElementById('root')
if (root) {
  createRoot(root).render(
    <StrictMode>
      <Boundary>
        <QueryClientProvider client={queries}>
          <TooltipProvider>
            <RouterProvider router={router} />
            <Toasts />
          </TooltipProvider>
        </QueryClientProvider>
      </Boundary>
    </StrictMode>,
  )
}
