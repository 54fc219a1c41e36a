import { routes } from '../../../routes.ts'
import { Slot } from '../slot.jsx'

export const dynamicParams = false
export const generateStaticParams = () => Object.keys(routes).map((path) => ({ route: path ? [path.slice(1)] : [] }))

export default async function Page({ params }) {
  const { route = [] } = await params
  const { headline, teaser } = routes[route.map((part) => `/${part}`).join('')]
  return (
    <main>
      <Slot as="h1" name="headline" html={headline} />
      <Slot name="teaser" html={teaser} />
    </main>
  )
}
