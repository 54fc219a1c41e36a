import { createApp, h, onMounted } from 'vue'
import { createRouter, createWebHistory, RouterView } from 'vue-router'
import { entrance, routes } from './routes.ts'

/** Vue makes new elements for another route, because each has a component of its own. */
export function mount(root, base) {
  const Layout = () => h('div', [h('p', { class: 'promo', 'data-pp-slot': 'promo' }, 'Original promo'), h(RouterView)])
  const views = Object.entries(routes).map(([path, { headline, teaser }]) => ({
    path: path || '/',
    component: {
      render: () =>
        h('main', [
          h('h1', { class: 'headline', 'data-pp-slot': 'headline' }, headline),
          h('p', { class: 'teaser', 'data-pp-slot': 'teaser' }, teaser),
        ]),
    },
  }))
  const Entrance = {
    setup() {
      onMounted(() => router.push('/second'))
      return () => null
    },
  }
  const router = createRouter({
    history: createWebHistory(base),
    routes: [...views, { path: entrance, component: Entrance }],
  })
  window.app = { go: (route) => void router.push(route || '/') }
  createApp(Layout).use(router).mount(root)
}
