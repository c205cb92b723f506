curl -b cookies.txt http://<server>:5000/api/remote/machines
