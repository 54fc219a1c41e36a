import { entrance, routes } from './routes.ts'

/** A page without a framework that changes its routes itself: it renders each one into new elements. */
export function mount(root, base) {
  root.innerHTML = '<p class="promo" data-pp-slot="promo">Original promo</p><main></main>'
  const render = () => {
    const route = location.pathname.slice(base.length)
    if (route === entrance) return window.app.go('/second')
    const { headline, teaser } = routes[route]
    root.lastChild.innerHTML = `<h1 class="headline" data-pp-slot="headline">${headline}</h1><p class="teaser" data-pp-slot="teaser">${teaser}</p>`
  }
  window.app = {
    go(route) {
      history.pushState(null, '', base + route)
      render()
    },
  }
  addEventListener('popstate', render)
  render()
}
