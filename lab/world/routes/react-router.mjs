import { createElement as h, useEffect } from 'react'
import { createRoot } from 'react-dom/client'
import { createBrowserRouter, Outlet, useNavigate } from 'react-router'
import { RouterProvider } from 'react-router/dom'
import { entrance, routes } from './routes.ts'

/** React uses the elements of a route again for the next one, and changes their texts. */
export function mount(root, basename) {
  const Layout = () =>
    h('div', null, h('p', { className: 'promo', 'data-pp-slot': 'promo' }, 'Original promo'), h(Outlet))
  const Route = ({ headline, teaser }) =>
    h(
      'main',
      null,
      h('h1', { className: 'headline', 'data-pp-slot': 'headline' }, headline),
      h('p', { className: 'teaser', 'data-pp-slot': 'teaser' }, teaser),
    )
  const Entrance = () => {
    const navigate = useNavigate()
    useEffect(() => {
      void navigate('/second')
    }, [navigate])
    return null
  }
  const children = Object.entries(routes).map(([path, texts]) => ({ path, element: h(Route, texts) }))
  const router = createBrowserRouter(
    [{ path: '/', element: h(Layout), children: [...children, { path: entrance, element: h(Entrance) }] }],
    { basename },
  )
  window.app = { go: (route) => void router.navigate(route || '/') }
  createRoot(root).render(h(RouterProvider, { router }))
}
