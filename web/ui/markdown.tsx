import type { ReactNode } from 'react';
import ReactMarkdown, { type Components } from 'react-markdown';
import remarkGfm from 'remark-gfm';
import classes from './markdown.module.css';

/** Whatever else may come of a text is left out; its words stay. */
const ELEMENTS = [
  ...['h1', 'h2', 'h3', 'h4', 'h5', 'h6', 'p', 'br', 'hr', 'blockquote', 'ul', 'ol', 'li', 'pre', 'section'],
  ...['table', 'thead', 'tbody', 'tr', 'th', 'td', 'a', 'em', 'strong', 'del', 'code', 'sup', 'img', 'input'],
];

/** To other pages of the web and of this server, to a mailbox, or within the text. */
const SAFE_ADDRESS = /^(https?:\/\/|mailto:|[/#](?![/\\]))/i;

const COMPONENTS: Components = {
  // The page has a heading of its own, and the text lies below one of its sections.
  h1: 'h3',
  h2: 'h4',
  h3: 'h5',
  h4: 'h6',
  h5: 'h6',
  a: ({ href, title, id, children }) => <OutLink {...{ href, title, id }}>{children}</OutLink>,
  // The content policy lets no pictures of other servers in, which would learn who reads the page.
  img: ({ src, title, alt }) => <OutLink {...{ href: String(src), title }}>{alt || 'picture'}</OutLink>,
  input: ({ checked }) => (
    <span role="img" aria-label={checked ? 'done' : 'not done'}>
      {checked ? '☑' : '☐'}
    </span>
  ),
};

interface OutLinkProps {
  href?: string;
  title?: string;
  id?: string;
  children: ReactNode;
}

/** A link that somebody wrote. An address that is not safe is left out. */
function OutLink({ href, children, ...rest }: OutLinkProps) {
  if (!href) return <span {...rest}>{children}</span>;
  return (
    <a href={href} rel="noopener noreferrer nofollow" {...rest}>
      {children}
    </a>
  );
}

/** A text in Markdown, as GitHub writes it. HTML in it is shown as text. */
export function Markdown({ text }: { text: string }) {
  return (
    <div className={classes.markdown}>
      <ReactMarkdown
        remarkPlugins={[remarkGfm]}
        allowedElements={ELEMENTS}
        unwrapDisallowed
        components={COMPONENTS}
        urlTransform={(address) => (SAFE_ADDRESS.test(address) ? address : '')}
      >
        {text}
      </ReactMarkdown>
    </div>
  );
}
