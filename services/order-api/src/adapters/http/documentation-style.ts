/** What the documentation page changes of Swagger UI's look: a quiet masthead, one text width, calm colours. */
export const PAGE_CSS = `
:root { --ink: #1d2733; --muted: #5a6878; --line: #dfe5ec; --paper: #f7f9fb; --accent: #0b6e4f; }
body { margin: 0; background: var(--paper); color: var(--ink); }
.masthead { display: flex; align-items: center; justify-content: space-between; padding: 14px 32px; background: var(--ink); }
.masthead .wordmark { color: #fff; font: 700 20px/1 system-ui, 'DejaVu Sans', sans-serif; letter-spacing: 0.02em; }
.masthead a { color: #cfe8df; font: 400 14px/1 ui-monospace, 'DejaVu Sans Mono', monospace; text-decoration: none; }
.masthead a:hover { text-decoration: underline; }
.swagger-ui, .swagger-ui .info .title, .swagger-ui .opblock-tag, .swagger-ui .opblock-description-wrapper p,
.swagger-ui .info p, .swagger-ui .info li, .swagger-ui table, .swagger-ui .btn {
  font-family: system-ui, 'DejaVu Sans', sans-serif; color: var(--ink);
}
.swagger-ui .wrapper { max-width: 1120px; }
.swagger-ui .info { margin: 32px 0 16px; }
.swagger-ui .info .markdown p { line-height: 1.6; margin-left: 0; max-width: 46em; }
.swagger-ui .info a.link { display: none; }
.swagger-ui .scheme-container { background: transparent; box-shadow: none; padding: 8px 0; border-bottom: 1px solid var(--line); }
.swagger-ui .opblock-tag { border-bottom: 1px solid var(--line); font-size: 20px; }
.swagger-ui .opblock { border-radius: 8px; box-shadow: none; background: #fff; border-color: var(--line); }
.swagger-ui .opblock .opblock-summary { border-color: var(--line); }
.swagger-ui .opblock .opblock-summary-method { border-radius: 6px; min-width: 72px; }
.swagger-ui .opblock .opblock-summary-description { color: var(--muted); }
.swagger-ui section.models { border-color: var(--line); border-radius: 8px; background: #fff; }
`.trimStart()
