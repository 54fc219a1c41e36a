import { Navigation } from './navigation.jsx'
import { Slot } from './slot.jsx'

export default function Layout({ children }) {
  return (
    <html lang="en">
      <head>
        <script src="/lab.js" />
        <script src="/pp/prepaint.js" data-site="lab" data-consent="granted" data-budget="800" />
      </head>
      <body>
        <div id="root">
          <Slot name="promo" html="Original promo" />
          <Navigation />
          {children}
        </div>
      </body>
    </html>
  )
}
