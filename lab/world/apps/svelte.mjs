import { hydrate as revive, mount as start } from 'svelte'
import App from './App.svelte'
import Prepared from './Prepared.svelte'

export { App, Prepared }
export const mount = (target) => start(App, { target })
export const hydrate = (target, app = App) => revive(app, { target })
