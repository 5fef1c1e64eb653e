// The little script there is: the components' own behaviour, and keys. Everything works without it.
import { initAll } from './govuk-frontend.min.js'

document.body.classList.add('js-enabled', 'govuk-frontend-supported')
initAll()

// One key for what is done all day: elements with data-key="n" are clicked by N while nothing is being typed.
document.addEventListener('keydown', (event) => {
  if (event.ctrlKey || event.altKey || event.metaKey || event.target.closest('input, textarea, select')) return
  const found = document.querySelector(`[data-key="${CSS.escape(event.key.toLowerCase())}"]`)
  if (found) {
    event.preventDefault()
    found.click()
  }
})

// Counts that stay current while the page is open.
for (const place of document.querySelectorAll('[data-live]')) {
  new EventSource(place.dataset.live).addEventListener('message', (event) => {
    for (const [name, count] of Object.entries(JSON.parse(event.data))) {
      const shown = place.querySelector(`[data-count="${CSS.escape(name)}"]`)
      if (shown && shown.textContent !== String(count)) shown.textContent = count
    }
  })
}

for (const button of document.querySelectorAll('[data-print]')) {
  button.hidden = false
  button.addEventListener('click', () => window.print())
}
