/**
 * Attributes whose values libraries run, load or turn into HTML: htmx, Alpine, Vue, AngularJS, Knockout, Turbo, Stimulus, Bootstrap,
 * jQuery UJS and Mobile, UIkit, Unpoly, Datastar, Dojo, RequireJS, Closure's jsaction, Livewire, Svelte's and Google's consent loaders.
 */
const EXECUTABLE =
  /^data-((hx|sse|ws|x|v|ng|ko|up|bs|uk|wire|dojo|alpine|livewire|reflex|turbo|turbolinks|stimulus|ajax|pjax|ic|jsx?|unpoly|signals?|computed|on|bind|attr|effect|init|persist|ref|show|text|class|style|model|action|controller|widget|bootstrap)([-.:]|$)|on[a-z]|.*-(action|controller|html|template|param|value|outlet|target)$|(html|template|content|title|original-title|target|toggle|remote|method|confirm|disable-with|url|href|load|main|require|module|jsaction|jscontroller|script|eval|expression|callback|function|code|type|params?)$)/

/** A scheme that runs code, behind what browsers skip. */
const RUNNING_VALUE = /^[\u0000-\u0020]*(javascript|vbscript|data):/i

/** True when a `data-` attribute may be more than data to a library that the page has. */
export function isExecutable(name: string, value: string): boolean {
  return name.startsWith('data-') && (EXECUTABLE.test(name) || RUNNING_VALUE.test(value.replace(/[\t\n\r]/g, '')))
}
