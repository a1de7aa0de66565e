/** What runs when one of them gets through: a dialog, which a test sees. */
const RUN = 'alert(1)';

const EVENTS = ['onerror', 'onload', 'onfocus', 'onmouseover', 'onbegin', 'ontoggle', 'onanimationstart', 'onpageshow'];

const TAGS = [
  'img src=x',
  'svg',
  'body',
  'input autofocus',
  'details open',
  'video src=x',
  'audio src=x',
  'iframe src=x',
  'marquee',
  'object data=x',
];

/** Addresses that are programs, as browsers have read them in some way of writing or other. */
const ADDRESSES = [
  `javascript:${RUN}`,
  `JaVaScRiPt:${RUN}`,
  `java\tscript:${RUN}`,
  `java\nscript:${RUN}`,
  `\u0001javascript:${RUN}`,
  `&#106;avascript:${RUN}`,
  `&#x6A&#x61&#x76&#x61script:${RUN}`,
  `javascript&colon;${RUN}`,
  `javascript://x%0a${RUN}`,
  `vbscript:${RUN}`,
  `data:text/html,<script>${RUN}</script>`,
  'data:text/html;base64,PHNjcmlwdD5hbGVydCgxKTwvc2NyaXB0Pg==',
  `data:image/svg+xml,<svg xmlns='http://www.w3.org/2000/svg' onload='${RUN}'/>`,
];

/** What parsers take apart differently from each other. */
const MUTATIONS = [
  `<script>${RUN}</script>`,
  `<ScRiPt >${RUN}</sCrIpT >`,
  `<script src=data:,${RUN}></script>`,
  `<scr<script>ipt>${RUN}</scr</script>ipt>`,
  `<svg><script>${RUN}</script></svg>`,
  `<svg><style><img src=x onerror=${RUN}></style></svg>`,
  `<math><mtext><table><mglyph><style><img src=x onerror=${RUN}>`,
  `<math><annotation-xml encoding="text/html"><script>${RUN}</script></annotation-xml></math>`,
  `<noscript><p title="</noscript><img src=x onerror=${RUN}>">`,
  `<template><script>${RUN}</script></template>`,
  `<textarea></textarea><img src=x onerror=${RUN}>`,
  `<title><img title="</title><img src=x onerror=${RUN}>"></title>`,
  `<!--><img src=x onerror=${RUN}>-->`,
  `<![CDATA[><img src=x onerror=${RUN}>]]>`,
  `<?xml version="1.0"?><img src=x onerror=${RUN}>`,
  `<img src="x\`"onerror=${RUN}>`,
  `<img/src/onerror=${RUN}>`,
  `<<img src=x onerror=${RUN}>`,
  `<img src=x onerror=${RUN}//`,
  `<base href="javascript:${RUN}//">`,
  `<meta http-equiv=refresh content="0;url=javascript:${RUN}">`,
  `<link rel=stylesheet href="data:text/css,*{x:expression(${RUN})}">`,
  `<style>@import 'javascript:${RUN}';</style>`,
  `<form action="javascript:${RUN}"><button>x</button></form>`,
  `<embed src="javascript:${RUN}">`,
  `<iframe srcdoc="<script>parent.${RUN}</script>"></iframe>`,
  `"><script>${RUN}</script>`,
  `'-${RUN}-'`,
  `\${${RUN}}`,
  `{{constructor.constructor('${RUN}')()}}`,
  `</script><script>${RUN}</script>`,
  `\u003cimg src=x onerror=${RUN}\u003e`,
  `&lt;img src=x onerror=${RUN}&gt;`,
  `＜img src=x onerror=${RUN}＞`,
];

/** The same in the ways in which Markdown makes markup of text. */
const MARKDOWN = [
  ...ADDRESSES.flatMap((address) => [`[x](${address})`, `![x](${address})`, `<${address}>`]),
  ...ADDRESSES.map((address, index) => `[x][r${index}]\n\n[r${index}]: ${address}`),
  `![x](x "onerror=${RUN}")`,
  `![x"onerror="${RUN}](x)`,
  `[x](x "\\"onmouseover=\\"${RUN}")`,
  `\`\`\`"><script>${RUN}</script>\nx\n\`\`\``,
  `\`<script>${RUN}</script>\``,
  `# <img src=x onerror=${RUN}>`,
  `| <img src=x onerror=${RUN}> |\n| --- |\n| <script>${RUN}</script> |`,
  `<div>\n\n**x** <img src=x onerror=${RUN}>\n\n</div>`,
];

/** Texts that run a program in a browser that takes them for markup. */
export const XSS_VECTORS: readonly string[] = [
  ...TAGS.flatMap((tag) => EVENTS.map((event) => `<${tag} ${event}=${RUN}>`)),
  ...ADDRESSES.map((address) => `<a href="${address}">x</a>`),
  ...MUTATIONS,
  ...MARKDOWN,
];
