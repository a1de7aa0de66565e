import { Link } from '@tanstack/react-router';
import { Page } from '../ui/page.tsx';

export function NotFoundPage() {
  return (
    <Page title="There is nothing here">
      <p>
        The address leads nowhere: it is mistyped, or what was there was removed. See <Link to="/">all projects</Link>.
      </p>
    </Page>
  );
}
