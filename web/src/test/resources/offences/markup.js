line.innerHTML = stored;
