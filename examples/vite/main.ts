import { createClient } from 'prepaint'

// Before anything is in the page: what has been seen is never swapped.
const client = createClient({ site: 'app', consent: 'granted' })

const headline = document.createElement('h1')
headline.dataset['ppSlot'] = 'headline'
headline.textContent = 'An app for everybody'

const button = document.createElement('button')
button.textContent = 'Start'
button.addEventListener('click', () => {
  client.track('Started')
})

document.body.append(headline, button)
