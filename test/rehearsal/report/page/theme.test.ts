import { STYLE } from '../../../../rehearsal/report/page/theme';
import { contrast } from './check-html';

function colors(css: string): Record<string, string> {
  return Object.fromEntries(
    [...css.matchAll(/--([\w-]+):(#[0-9a-f]+)/g)].map(([, name, value]) => [name, value]),
  );
}

const [lightCss = '', darkCss = ''] = STYLE.split('@media (prefers-color-scheme:dark)');
const themes = { light: colors(lightCss), dark: colors(darkCss.split('*{box-sizing')[0] ?? '') };

describe.each(Object.entries(themes))('the %s theme', (_name, theme) => {
  it.each(['ink', 'muted', 'link', 'good', 'warn', 'bad'])('has readable text in %s', (text) => {
    for (const ground of ['card', 'page']) {
      expect(contrast(theme[text] ?? '', theme[ground] ?? '')).toBeGreaterThanOrEqual(4.5);
    }
  });

  it.each(['good', 'warn', 'bad'])('has readable badges: %s', (tone) => {
    expect(contrast(theme[tone] ?? '', theme[`${tone}-bg`] ?? '')).toBeGreaterThanOrEqual(4.5);
  });

  it.each(['stable', 'canary', 'failed', 'all', 'prepare', 'shift', 'watch', 'check', 'undo', 'finish'])(
    'has visible marks: %s',
    (mark) => {
      expect(contrast(theme[mark] ?? '', theme.card ?? '')).toBeGreaterThanOrEqual(3);
    },
  );
});
