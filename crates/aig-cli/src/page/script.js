'use strict';
(() => {
  const key = 'aig-migrate:' + document.documentElement.dataset.plan;
  let ticked = new Set();
  try { ticked = new Set(JSON.parse(localStorage.getItem(key) || '[]')); } catch { /* Ticks last as long as the page. */ }
  const boxes = [...document.querySelectorAll('input[data-finding]')];
  const status = document.getElementById('status');
  const tell = () => {
    const done = boxes.filter((box) => box.checked).length;
    const shown = document.querySelectorAll('section.file:not([hidden])').length;
    const plural = (number, thing) => `${number} ${thing}${number === 1 ? '' : 's'}`;
    status.textContent = `${plural(shown, 'file')} shown; ${done} of ${plural(boxes.length, 'finding')} ticked`;
  };
  for (const box of boxes) {
    box.checked = ticked.has(box.dataset.finding);
    const mark = () => box.closest('li').classList.toggle('done', box.checked);
    mark();
    box.addEventListener('change', () => {
      mark();
      ticked[box.checked ? 'add' : 'delete'](box.dataset.finding);
      try { localStorage.setItem(key, JSON.stringify([...ticked])); } catch { /* As above. */ }
      tell();
    });
  }
  const form = document.querySelector('form');
  const filter = () => {
    const wanted = new FormData(form);
    for (const item of document.querySelectorAll('[data-rules]')) {
      const folder = item.dataset.folder;
      const asked = wanted.get('folder');
      item.hidden = !(
        (!wanted.get('rule') || item.dataset.rules.split(' ').includes(wanted.get('rule'))) &&
        (!wanted.get('language') || item.dataset.language === wanted.get('language')) &&
        (!asked || folder === asked || folder.startsWith(asked + '/'))
      );
    }
    tell();
  };
  form.hidden = false;
  form.addEventListener('change', filter);
  form.addEventListener('reset', () => setTimeout(filter));
  filter();
})();
