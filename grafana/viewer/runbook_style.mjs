// How the page of the runbook looks: for a telephone first, light or dark as the reader's system is.

export const STYLE = `
:root { --ink: #1b1e23; --paper: #fff; --soft: #f1f3f5; --line: #d5d9de; --link: #0b5cad; --here: #fff4d6; }
@media (prefers-color-scheme: dark) {
  :root { --ink: #d9dce1; --paper: #16181c; --soft: #22262c; --line: #3a4048; --link: #7ab8ff; --here: #3a3218; }
}
body { margin: 0; background: var(--paper); color: var(--ink); font: 1rem/1.5 system-ui, sans-serif; }
body { overflow-wrap: anywhere; }
nav, main { max-width: 50rem; margin: auto; padding: .5rem 1rem; }
nav a, dd a { display: inline-block; padding: .2rem 0; margin-right: 1rem; }
a { color: var(--link); }
h1 { margin: .5rem 0; }
h2 { margin: 3rem 0 .5rem; padding: .25rem 0; border-top: 1px solid var(--line); }
h2 { font-size: 1.3rem; }
h2 a { color: inherit; text-decoration: none; }
h2:target { background: var(--here); }
dt { font-weight: 600; }
dd { margin: 0 0 .5rem; }
code, pre { background: var(--soft); border-radius: 4px; font: .875rem/1.45 ui-monospace, monospace; }
code { padding: .1em .3em; }
pre { border-left: 3px solid transparent; margin: 0 0 1rem; padding: .5rem .75rem; }
pre { overflow-x: auto; overflow-wrap: normal; -webkit-text-size-adjust: 100%; }
/* One tap selects the whole command. */
pre.command { border-left-color: var(--link); user-select: all; -webkit-user-select: all; }
pre.command:has(+ pre.output) { margin-bottom: 0; }
li { margin: .25rem 0; }
`;
