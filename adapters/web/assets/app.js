// The little script there is: the components' own behaviour, and keys. Everything works without it.
import { initAll } from './govuk-frontend.min.js'

document.body.classList.add('js-enabled', 'govuk-frontend-supported')
initAll()

// One key for what is done all day: elements with data-key="n" are clicked by N while nothing is being typed.
// Who needs their keys otherwise switches them off, in the footer.
let keys = localStorage.getItem('keys') !== 'off'
for (const place of document.querySelectorAll('[data-keys]')) {
  const box = place.querySelector('input')
  place.hidden = false
  box.checked = keys
  box.addEventListener('change', () => {
    keys = box.checked
    localStorage.setItem('keys', keys ? 'on' : 'off')
  })
}
document.addEventListener('keydown', (event) => {
  if (!keys || event.ctrlKey || event.altKey || event.metaKey || event.target.closest('input, textarea, select')) return
  const found = document.querySelector(`[data-key="${CSS.escape(event.key.toLowerCase())}"]`)
  if (found) {
    event.preventDefault()
    found.click()
  }
})

// Counts and lists that stay current together while the page is open: when the counts are others, the page is asked for
// again, and its parts take the place of those shown. Whoever is at a link of a list stays there.
for (const place of document.querySelectorAll('[data-live]')) {
  let seen = place.dataset.seen
  new EventSource(place.dataset.live).addEventListener('message', async (event) => {
    if (event.data === seen) return
    seen = event.data
    const asked = { cache: 'no-store', headers: { 'x-unattended': 'yes' } }
    const answer = await fetch(location.pathname, asked).catch(() => null)
    if (!answer?.ok || answer.redirected) return
    const fresh = new DOMParser().parseFromString(await answer.text(), 'text/html')
    for (const part of document.querySelectorAll('[data-live-part]')) {
      const its = fresh.querySelector(`[data-live-part="${CSS.escape(part.dataset.livePart)}"]`)
      if (!its || its.innerHTML === part.innerHTML) continue
      const at = part.contains(document.activeElement) && document.activeElement.getAttribute('href')
      part.replaceChildren(...its.childNodes)
      if (at) part.querySelector(`a[href="${CSS.escape(at)}"]`)?.focus()
    }
  })
}

// What is filled in goes along into the other language, and is kept no longer than that. Files and passwords stay behind.
const alongside = `filled:${location.pathname}`
const controls = () => [...document.forms].flatMap((form) => [...form.elements])
  .filter((each) => each.name && !['hidden', 'password', 'file', 'submit', 'button'].includes(each.type))
for (const link of document.querySelectorAll('a[hreflang]')) {
  link.addEventListener('click', () => {
    const filled = controls().map((each) => [each.name, /radio|checkbox/.test(each.type) ? each.checked : each.value])
    sessionStorage.setItem(alongside, JSON.stringify(filled))
  })
}
const filled = JSON.parse(sessionStorage.getItem(alongside) ?? '[]')
sessionStorage.removeItem(alongside)
if (filled.length === controls().length) {
  controls().forEach((each, place) => {
    const [name, value] = filled[place]
    if (each.name === name) each[typeof value === 'boolean' ? 'checked' : 'value'] = value
  })
}

// What hangs on other answers is shown, and sent, only while these are so. Where a form does not ask for an answer, it was
// given before.
for (const form of new Set([...document.querySelectorAll('form [data-hangs-on]')].map((part) => part.closest('form')))) {
  const parts = [...form.querySelectorAll('[data-hangs-on]')]
  const holds = ([name, values]) => {
    const control = [...form.elements].find((each) => each.name === name)
    if (!control) return true
    const unticked = control.type === 'checkbox' && !control.disabled ? 'no' : ''
    return values.includes(new FormData(form).get(name) ?? unticked)
  }
  const show = (part) => {
    part.hidden = !Object.entries(JSON.parse(part.dataset.hangsOn)).every(holds)
    for (const control of part.querySelectorAll('input, select, textarea')) control.disabled = part.hidden
  }
  const settle = () => parts.forEach(() => parts.forEach(show)) // one may hang on another, also on a later one
  form.addEventListener('change', settle)
  settle()
}

for (const button of document.querySelectorAll('[data-print]')) {
  button.hidden = false
  button.addEventListener('click', () => window.print())
}

// A screen on the wall: the part that changes is asked for again every few seconds; new calls are said aloud if wanted.
for (const part of document.querySelectorAll('[data-fresh]')) {
  const button = document.querySelector('[data-speak]')
  const calls = () => [...part.querySelectorAll('[data-call]')]
  let known = new Set(calls().map((each) => each.dataset.call))
  if (button && 'speechSynthesis' in window) {
    button.hidden = false
    button.addEventListener('click', () =>
      button.setAttribute('aria-pressed', String(button.getAttribute('aria-pressed') !== 'true'))
    )
  }
  setInterval(async () => {
    const answer = await fetch(location.href, { cache: 'no-store' }).catch(() => null)
    if (!answer?.ok) return
    const fresh = new DOMParser().parseFromString(await answer.text(), 'text/html').querySelector('[data-fresh]')
    if (!fresh || fresh.innerHTML === part.innerHTML) return
    part.replaceChildren(...fresh.childNodes)
    for (const each of calls().reverse()) {
      if (known.has(each.dataset.call) || button?.getAttribute('aria-pressed') !== 'true') continue
      const spoken = new SpeechSynthesisUtterance(each.dataset.say.replace(/(\w)-(\d)(\d)(\d)/, '$1 $2 $3 $4'))
      spoken.lang = document.documentElement.lang
      speechSynthesis.speak(spoken)
    }
    known = new Set(calls().map((each) => each.dataset.call))
  }, Number(part.dataset.fresh) * 1000)
}

// What is filled in of a task is kept while it is worked on. Each form of the page is a part; they share the version
// that was seen last, so that two windows never write over each other.
for (const status of document.querySelectorAll('[data-kept]')) {
  const changed = new Set()
  let version = status.dataset.version
  let stopped = false
  let timer
  let saving = Promise.resolve()
  const save = async (form) => {
    if (stopped) return
    const filled = new URLSearchParams(new FormData(form))
    filled.set('kept_version', version)
    const asked = { method: 'POST', body: filled, headers: { accept: 'application/json' }, keepalive: true }
    const answer = await fetch(status.dataset.kept, asked).catch(() => null)
    const told = await answer?.json().catch(() => null)
    if (answer?.ok && told) version = told.version
    else if (told) stopped = true
    else changed.add(form)
    const words = told?.words ?? status.dataset.failed
    if (status.textContent !== words) status.textContent = words
  }
  const flush = () => {
    clearTimeout(timer)
    for (const form of changed) saving = saving.then(() => save(form))
    changed.clear()
    return saving
  }
  for (const form of document.querySelectorAll('[data-keep]')) {
    form.addEventListener('input', () => {
      changed.add(form)
      clearTimeout(timer)
      timer = setTimeout(flush, 1000)
    })
    form.addEventListener('submit', () => changed.delete(form)) // it goes itself
  }
  document.addEventListener('visibilitychange', () => document.hidden && flush())
  document.addEventListener('submit', async (event) => {
    clearTimeout(timer)
    if (!changed.size) return
    event.preventDefault() // first keep what is filled in of the page's other forms
    await flush()
    changed.clear()
    event.target.requestSubmit(event.submitter)
  })
}

// A signature drawn with a finger goes with the form as a picture; without script there is the photo, or the name.
for (const group of document.querySelectorAll('[data-signature]')) {
  const [canvas, input] = [group.querySelector('canvas'), group.querySelector('input')]
  const pen = canvas.getContext('2d')
  let drawn = false
  const place = (event) => {
    const box = canvas.getBoundingClientRect()
    return [((event.clientX - box.left) * canvas.width) / box.width, ((event.clientY - box.top) * canvas.height) / box.height]
  }
  const clear = () => {
    pen.fillStyle = '#fff'
    pen.fillRect(0, 0, canvas.width, canvas.height)
    drawn = false
    input.value = ''
  }
  group.hidden = false
  Object.assign(pen, { lineWidth: 4, lineCap: 'round', lineJoin: 'round' })
  clear()
  group.querySelector('[data-clear]').addEventListener('click', clear)
  canvas.addEventListener('pointerdown', (event) => {
    canvas.setPointerCapture(event.pointerId)
    pen.beginPath()
    pen.moveTo(...place(event))
  })
  canvas.addEventListener('pointermove', (event) => {
    if (!canvas.hasPointerCapture(event.pointerId)) return
    pen.lineTo(...place(event))
    pen.stroke()
    drawn = true
  })
  canvas.addEventListener('pointerup', () => {
    if (!drawn) return
    // At once, not by toBlob: the button may be pressed in the next instant.
    const picture = Uint8Array.from(atob(canvas.toDataURL('image/png').split(',')[1]), (sign) => sign.charCodeAt(0))
    const files = new DataTransfer()
    files.items.add(new File([picture], 'signature.png', { type: 'image/png' }))
    input.files = files.files
  })
}
