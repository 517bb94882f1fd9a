// Applies the stored theme before the first paint; a file of its own, because the CSP allows no inline script.
try {
  var theme = localStorage.getItem('throughline.theme');
  if (theme === 'light' || theme === 'dark') document.documentElement.dataset.theme = theme;
} catch (_) {}
