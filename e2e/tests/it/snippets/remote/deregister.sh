curl -b cookies.txt -X DELETE \
http://<server>:5000/api/remote/machines/<machine_id>
